package io.github.panallama.cli;

import io.github.panallama.model.Compute;
import io.github.panallama.model.FlashAttention;
import io.github.panallama.model.Isolation;
import io.github.panallama.model.KvCache;
import io.github.panallama.model.KvType;
import io.github.panallama.model.Loading;
import io.github.panallama.model.Lora;
import io.github.panallama.model.ModelOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which model, and how it is loaded.
@Heading("Model")
final class ModelArguments {
    @Option(
            names = {"-m", "--model"},
            paramLabel = "MODEL",
            description = "A .gguf file, a name that `list` shows, hf:OWNER/REPO[:QUANT] or hf:OWNER/REPO/FILE.gguf. "
                    + "Default: $PANALLAMA_MODEL, else the manifest's default.")
    @Nullable
    String model;

    @Option(names = "--offline", description = "Use no network.")
    boolean offline;

    @Option(
            names = "--ctx-size",
            paramLabel = "N",
            description = "Tokens that one request may use, prompt and answer together. "
                    + "Default: what the model was trained for, at most 8192.")
    @Nullable
    Integer contextSize;

    @Option(names = "--threads", paramLabel = "N", description = "Threads for one token at a time. Default: the cores.")
    @Nullable
    Integer threads;

    @Option(names = "--threads-batch", paramLabel = "N", description = "Threads for prompts. Default: as --threads.")
    @Nullable
    Integer threadsBatch;

    @Option(names = "--batch-size", paramLabel = "N", description = "Tokens of a prompt per call. Default: 512.")
    @Nullable
    Integer batchSize;

    @Option(names = "--ubatch-size", paramLabel = "N", description = "Tokens computed at once. Default: 512.")
    @Nullable
    Integer ubatchSize;

    @Option(names = "--gpu-layers", paramLabel = "N", description = "Layers on a GPU, -1 = all. Default: all.")
    @Nullable
    Integer gpuLayers;

    @Option(names = "--parallel", paramLabel = "N", description = "Requests at the same time. Default: 1; serve: 4.")
    @Nullable
    Integer parallel;

    @Option(
            names = "--cache-type-k",
            paramLabel = "TYPE",
            description = "Type of the KV cache's keys: f32, f16, bf16, q8_0, q5_1, q5_0, q4_1, q4_0, iq4_nl. "
                    + "Default: f16.")
    @Nullable
    KvType typeK;

    @Option(names = "--cache-type-v", paramLabel = "TYPE", description = "Type of its values. Default: f16.")
    @Nullable
    KvType typeV;

    @Option(names = "--flash-attn", paramLabel = "on|off|auto", description = "Flash attention. Default: auto.")
    @Nullable
    FlashAttention flashAttention;

    @Option(names = "--no-mmap", description = "Read the file instead of mapping it.")
    boolean noMmap;

    @Option(names = "--mlock", description = "Keep the weights from being swapped out.")
    boolean mlock;

    @Option(names = "--check-tensors", description = "Refuse weights that are not numbers.")
    boolean checkTensors;

    @Option(
            names = "--deterministic",
            description = "The same answer, bit for bit, whatever else runs; costs many callers speed.")
    boolean deterministic;

    @Option(
            names = "--isolate",
            description = "Load the model in a process of its own: what kills that one leaves this one alive.")
    boolean isolate;

    @Option(names = "--lora", paramLabel = "FILE[:SCALE]", description = "Apply a LoRA adapter; repeatable.")
    List<String> loras = new ArrayList<>();

    /// {@return the loading options}
    ///
    /// @param verbose whether llama.cpp's log is wanted
    ModelOptions options(boolean verbose) {
        var options = ModelOptions.DEFAULT
                .withCompute(compute())
                .withKvCache(kvCache())
                .withLoading(new Loading(!noMmap, mlock, checkTensors))
                .withLoras(loras.stream().map(ModelArguments::lora).toList())
                .withDeterministic(deterministic)
                .withVerbose(verbose)
                .withIsolation(isolate ? Isolation.PROCESS : Isolation.NONE);
        options = contextSize == null ? options : options.withContextSize(contextSize);
        return parallel == null ? options : options.withParallel(parallel);
    }

    private Compute compute() {
        var compute = Compute.DEFAULT;
        compute = threads == null ? compute : compute.withThreads(threads);
        compute = threadsBatch == null ? compute : compute.withThreadsBatch(threadsBatch);
        compute = batchSize == null ? compute : compute.withBatchSize(batchSize);
        compute = ubatchSize == null ? compute : compute.withUbatchSize(ubatchSize);
        return gpuLayers == null ? compute : compute.withGpuLayers(gpuLayers);
    }

    KvCache kvCache() {
        var standard = KvCache.DEFAULT;
        return new KvCache(
                typeK == null ? standard.typeK() : typeK,
                typeV == null ? standard.typeV() : typeV,
                flashAttention == null ? standard.flashAttention() : flashAttention);
    }

    /// A file name may contain a colon: the scale is what follows the last one, if that is a number.
    private static Lora lora(String text) {
        int colon = text.lastIndexOf(':');
        if (colon > 0 && !Files.exists(Path.of(text))) {
            try {
                return new Lora(Path.of(text.substring(0, colon)), Float.parseFloat(text.substring(colon + 1)));
            } catch (NumberFormatException e) {
                return Lora.of(Path.of(text));
            }
        }
        return Lora.of(Path.of(text));
    }
}
