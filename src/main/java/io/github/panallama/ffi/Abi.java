package io.github.panallama.ffi;

import io.github.panallama.error.NativeLibraryException;
import io.github.panallama.ffi.gen.llama_context_params;
import io.github.panallama.ffi.gen.llama_logit_bias;
import io.github.panallama.ffi.gen.llama_model_params;
import io.github.panallama.ffi.gen.llama_token_data;
import io.github.panallama.ffi.gen.llama_token_data_array;
import io.github.panallama.ffi.gen.pan_context_sizes;
import io.github.panallama.ffi.gen.pan_device;
import io.github.panallama.ffi.gen.pan_model_facts;
import io.github.panallama.ffi.gen.panallama_h;
import io.github.panallama.ffi.load.NativeLibrary;
import java.lang.foreign.MemoryLayout;

/// Whether the library that was loaded is the one these classes were generated for.
public final class Abi {
    private Abi() {}

    /// Compares the version and the size of every struct that crosses the boundary: a mismatch there would be silent
    /// corruption, not an error.
    ///
    /// @throws NativeLibraryException if they differ
    public static void check() {
        same("version", panallama_h.pan_abi_version(), panallama_h.PAN_ABI());
        size(panallama_h.PAN_STRUCT_MODEL_PARAMS(), llama_model_params.layout());
        size(panallama_h.PAN_STRUCT_CONTEXT_PARAMS(), llama_context_params.layout());
        size(panallama_h.PAN_STRUCT_LOGIT_BIAS(), llama_logit_bias.layout());
        size(panallama_h.PAN_STRUCT_MODEL_FACTS(), pan_model_facts.layout());
        size(panallama_h.PAN_STRUCT_CONTEXT_SIZES(), pan_context_sizes.layout());
        size(panallama_h.PAN_STRUCT_DEVICE(), pan_device.layout());
        size(panallama_h.PAN_STRUCT_TOKEN_DATA(), llama_token_data.layout());
        size(panallama_h.PAN_STRUCT_TOKEN_ARRAY(), llama_token_data_array.layout());
    }

    private static void size(int struct, MemoryLayout layout) {
        same("size of " + layout.name().orElse("a struct"), panallama_h.pan_sizeof(struct), layout.byteSize());
    }

    private static void same(String what, long library, long classes) {
        if (library != classes) {
            throw new NativeLibraryException(
                    "the native library in %s does not match these classes (%s: %d there, %d here): build it anew with scripts/native.sh"
                            .formatted(NativeLibrary.directory(), what, library, classes));
        }
    }
}
