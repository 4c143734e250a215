package io.github.panallama.engine;

import io.github.panallama.error.InsufficientMemoryException;
import io.github.panallama.error.ModelLoadException;
import io.github.panallama.gguf.GgufException;
import io.github.panallama.gguf.GgufModel;
import io.github.panallama.memory.FreeMemory;
import io.github.panallama.memory.MemoryPlan;
import io.github.panallama.model.ModelOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// What is checked of a model's file before llama.cpp sees it.
final class ModelFile {
    private ModelFile() {}

    /// {@return what the model needs, by its headers}
    ///
    /// @param file a GGUF file
    /// @param options how it is to be loaded
    /// @throws ModelLoadException if it is no model
    static MemoryPlan check(Path file, ModelOptions options) {
        if (!Files.exists(file)) {
            throw new ModelLoadException(
                    "no file %s: check the path, or pull a model with `scripts/llama pull`".formatted(file));
        }
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new ModelLoadException("%s is not a readable file: give the path of a .gguf file".formatted(file));
        }
        try {
            var model = GgufModel.read(file);
            model.check();
            return MemoryPlan.of(model, options);
        } catch (GgufException e) {
            throw new ModelLoadException("cannot load " + e.getMessage(), e);
        } catch (IOException e) {
            throw new ModelLoadException("cannot read %s: %s".formatted(file, e.getMessage()), e);
        }
    }

    /// Refuses what is more than there is of this machine's own memory.
    ///
    /// @throws InsufficientMemoryException if there is not so much memory
    static void refuseTooLarge(Path file, MemoryPlan plan) {
        refuseTooLarge(file, plan, FreeMemory.bytes());
    }

    /// Without this the system would kill the process, or a container's limit would: nothing is promised to whoever
    /// asks
    /// for memory until it is written to.
    ///
    /// @param free bytes that can be had
    static void refuseTooLarge(Path file, MemoryPlan plan, long free) {
        if (plan.anonymous() > free) {
            throw new InsufficientMemoryException(
                    "%s needs %s of memory (weights %s, KV cache %s for %d x %d tokens, compute %s%s) and %s can be had: load with a smaller contextSize, fewer parallel slots or a smaller KV type, or use a smaller quantization"
                            .formatted(
                                    file,
                                    size(plan.total()),
                                    size(plan.weights()),
                                    size(plan.kvCache()),
                                    plan.parallel(),
                                    plan.contextSize(),
                                    size(plan.compute()),
                                    plan.anonymous() < plan.total()
                                            ? "; all but %s is mapped from the file".formatted(size(plan.anonymous()))
                                            : "",
                                    size(free)));
        }
    }

    private static String size(long bytes) {
        return bytes < 10_000_000_000L
                ? String.format(Locale.ROOT, "%.1f MB", bytes / 1e6)
                : String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
    }
}
