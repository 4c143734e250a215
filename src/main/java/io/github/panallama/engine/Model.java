package io.github.panallama.engine;

import io.github.panallama.error.InsufficientMemoryException;
import io.github.panallama.error.ModelLoadException;
import io.github.panallama.ffi.Handle;
import io.github.panallama.ffi.Status;
import io.github.panallama.ffi.Strings;
import io.github.panallama.ffi.gen.llama_model_params;
import io.github.panallama.ffi.gen.pan_model_facts;
import io.github.panallama.ffi.gen.panallama_h;
import io.github.panallama.model.Loading;
import io.github.panallama.model.Lora;
import io.github.panallama.model.ModelOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/// A llama_model: weights and vocabulary, and the adapters loaded for it.
final class Model extends Handle {
    private final Path file;
    private final MemorySegment facts = Arena.ofAuto().allocate(pan_model_facts.layout());
    private final MemorySegment loras;
    private final float[] loraScales;

    private Model(MemorySegment pointer, Path file, ModelOptions options) {
        super(pointer, panallama_h::pan_model_free);
        this.file = file;
        this.loraScales = new float[options.loras().size()];
        try {
            Status.check(panallama_h.pan_model_facts_get(pointer(), facts), "reading the model's facts");
            this.loras = loadLoras(options);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /// Loads a model whose file has been checked.
    ///
    /// @param file a GGUF file
    /// @param options how
    /// @throws ModelLoadException if it cannot be loaded
    static Model load(Path file, ModelOptions options) {
        try (var ta = Arena.ofConfined()) {
            var params = ta.allocate(llama_model_params.layout());
            Status.check(panallama_h.pan_model_defaults(params), "model defaults");
            llama_model_params.n_gpu_layers(params, options.compute().gpuLayers());
            llama_model_params.load_mode(params, loadMode(options.loading()));
            llama_model_params.check_tensors(params, options.loading().checkTensors());
            var out = ta.allocate(panallama_h.C_POINTER);
            var path = Strings.cString(ta, file.toString());
            int rc = panallama_h.pan_model_load(path, params, MemorySegment.NULL, MemorySegment.NULL, out);
            if (rc == panallama_h.PAN_E_NOMEM()) {
                throw new InsufficientMemoryException(
                        "not enough memory to load %s (%,d bytes): use a smaller quantization"
                                .formatted(file, size(file)));
            }
            if (rc < 0) {
                throw new ModelLoadException("cannot load %s: %s".formatted(file, Status.lastError()));
            }
            return new Model(out.get(panallama_h.C_POINTER, 0), file, options);
        }
    }

    private static long size(Path file) {
        return file.toFile().length();
    }

    private static int loadMode(Loading loading) {
        if (loading.mmap()) {
            return loading.mlock() ? panallama_h.LLAMA_LOAD_MODE_MMAP_MLOCK() : panallama_h.LLAMA_LOAD_MODE_MMAP();
        }
        return loading.mlock() ? panallama_h.LLAMA_LOAD_MODE_MLOCK() : panallama_h.LLAMA_LOAD_MODE_NONE();
    }

    /// The adapters belong to the model and are freed with it.
    private MemorySegment loadLoras(ModelOptions options) {
        var pointers = Arena.ofAuto()
                .allocate(panallama_h.C_POINTER, Math.max(options.loras().size(), 1));
        for (int i = 0; i < loraScales.length; i++) {
            Lora lora = options.loras().get(i);
            if (!Files.isRegularFile(lora.file())) {
                throw new ModelLoadException("no LoRA file %s: check the path".formatted(lora.file()));
            }
            try (var ta = Arena.ofConfined()) {
                var out = ta.allocate(panallama_h.C_POINTER);
                var path = Strings.cString(ta, lora.file().toString());
                int rc = panallama_h.pan_lora_load(pointer(), path, out);
                if (rc < 0) {
                    throw new ModelLoadException(
                            "cannot load the LoRA %s: %s".formatted(lora.file(), Status.lastError()));
                }
                pointers.setAtIndex(panallama_h.C_POINTER, i, out.get(panallama_h.C_POINTER, 0));
            }
            loraScales[i] = lora.scale();
        }
        return pointers;
    }

    Path file() {
        return file;
    }

    /// {@return the pan_model_facts}
    MemorySegment facts() {
        return facts;
    }

    /// {@return the adapters' pointers}
    MemorySegment loras() {
        return loras;
    }

    float[] loraScales() {
        return loraScales;
    }

    int vocabularySize() {
        return pan_model_facts.n_vocab(facts);
    }

    /// {@return one of the model's texts, empty when it has none}
    ///
    /// @param what a pan_model_text
    String text(int what) {
        try (var ta = Arena.ofConfined()) {
            return new String(
                    Buffers.fillBytes(
                            ta,
                            256,
                            "reading the model's texts",
                            (buffer, cap, needed) ->
                                    panallama_h.pan_model_text_get(pointer(), what, buffer, cap, needed)),
                    java.nio.charset.StandardCharsets.UTF_8);
        }
    }
}
