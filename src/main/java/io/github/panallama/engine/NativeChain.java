package io.github.panallama.engine;

import io.github.panallama.ffi.Handle;
import io.github.panallama.ffi.Status;
import io.github.panallama.ffi.gen.panallama_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.IntFunction;

/// A llama_sampler chain: stages of llama.cpp that follow one another, called as one.
final class NativeChain extends Handle implements SamplerPart {
    private final MemorySegment token = Arena.ofAuto().allocate(ValueLayout.JAVA_INT);

    private NativeChain(MemorySegment pointer) {
        super(pointer, panallama_h::pan_sampler_free);
    }

    /// Builds a chain, or frees what was built.
    ///
    /// @param n number of samplers
    /// @param selects whether the last one selects
    /// @param samplers makes them
    static NativeChain of(int n, boolean selects, IntFunction<MemorySegment> samplers) {
        try (var ta = Arena.ofConfined()) {
            var array = ta.allocate(panallama_h.C_POINTER, n);
            var out = ta.allocate(panallama_h.C_POINTER);
            int built = 0;
            try {
                while (built < n) {
                    array.setAtIndex(panallama_h.C_POINTER, built, samplers.apply(built));
                    built++;
                }
            } catch (Throwable e) { // an Error too: nobody else knows of them
                for (int i = 0; i < built; i++) {
                    panallama_h.pan_sampler_free(array.getAtIndex(panallama_h.C_POINTER, i));
                }
                throw e;
            }
            Status.check(panallama_h.pan_chain_new(array, n, selects, out), "creating a sampler chain");
            return new NativeChain(out.get(panallama_h.C_POINTER, 0));
        }
    }

    /// Shows tokens of the prompt to one sampler.
    void showPrompt(int index, int[] tokens) {
        if (tokens.length > 0) {
            try (var ta = Arena.ofConfined()) {
                var in = ta.allocateFrom(ValueLayout.JAVA_INT, tokens);
                Status.check(
                        panallama_h.pan_chain_accept(pointer(), index, in, tokens.length),
                        "showing the prompt to a sampler");
            }
        }
    }

    @Override
    public void apply(Context context, MemorySegment candidates) {
        Status.check(panallama_h.pan_candidates_apply(context.pointer(), pointer()), "sampling");
    }

    @Override
    public void accept(int chosen) {
        token.set(ValueLayout.JAVA_INT, 0, chosen);
        Status.check(panallama_h.pan_chain_accept(pointer(), -1, token, 1), "showing a token to the samplers");
    }
}
