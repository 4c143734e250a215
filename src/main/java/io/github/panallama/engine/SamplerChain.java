package io.github.panallama.engine;

import io.github.panallama.ffi.Handle;
import io.github.panallama.ffi.Status;
import io.github.panallama.ffi.gen.llama_logit_bias;
import io.github.panallama.ffi.gen.panallama_h;
import io.github.panallama.sampling.Stage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

/// A chain of llama.cpp's samplers, for one request.
final class SamplerChain extends Handle {
    private final MemorySegment chosen = Arena.ofAuto().allocate(ValueLayout.JAVA_INT);

    private SamplerChain(MemorySegment pointer) {
        super(pointer, panallama_h::pan_sampler_free);
    }

    /// Builds a chain.
    ///
    /// @param stages in order
    /// @param vocabulary whose ids it is for
    /// @param seed of the draw
    /// @param prompt the tokens before the generation
    /// @param contextSize no window needs to be longer
    static SamplerChain of(List<Stage> stages, Vocabulary vocabulary, long seed, int[] prompt, int contextSize) {
        try (var ta = Arena.ofConfined()) {
            var samplers = ta.allocate(panallama_h.C_POINTER, stages.size());
            var out = ta.allocate(panallama_h.C_POINTER);
            int built = 0;
            try {
                for (var stage : stages) {
                    Status.check(create(stage, vocabulary, seed, contextSize, ta, out), "creating a sampler");
                    samplers.setAtIndex(panallama_h.C_POINTER, built++, out.get(panallama_h.C_POINTER, 0));
                }
            } catch (RuntimeException e) {
                for (int i = 0; i < built; i++) {
                    panallama_h.pan_sampler_free(samplers.getAtIndex(panallama_h.C_POINTER, i));
                }
                throw e;
            }
            Status.check(panallama_h.pan_chain_new(samplers, built, true, out), "creating a sampler chain");
            var chain = new SamplerChain(out.get(panallama_h.C_POINTER, 0));
            for (int i = 0; i < stages.size(); i++) {
                if (stages.get(i) instanceof Stage.Repeat repeat && repeat.prompt()) {
                    chain.accept(i, tail(prompt, repeat.lastN()));
                }
            }
            return chain;
        }
    }

    /// The only place that names llama.cpp's samplers: a new stage without a case does not compile.
    private static int create(
            Stage stage, Vocabulary vocabulary, long seed, int contextSize, SegmentAllocator ta, MemorySegment out) {
        int size = vocabulary.size();
        return switch (stage) {
            case Stage.Bias(var biases) -> {
                var array = ta.allocate(llama_logit_bias.layout(), Math.max(biases.size(), 1));
                int i = 0;
                for (var bias : biases.entrySet()) {
                    var entry = llama_logit_bias.asSlice(array, i++);
                    llama_logit_bias.token(entry, vocabulary.check(bias.getKey()));
                    llama_logit_bias.bias(entry, bias.getValue());
                }
                yield panallama_h.pan_sampler_bias(size, array, biases.size(), out);
            }
            case Stage.Repeat r ->
                panallama_h.pan_sampler_penalties(size, Math.min(r.lastN(), contextSize), r.penalty(), 0, 0, out);
            case Stage.Occurrence(var frequency, var presence) ->
                panallama_h.pan_sampler_penalties(size, contextSize, 1, frequency, presence, out);
            case Stage.TopK(var k) -> panallama_h.pan_sampler_top_k(k, out);
            case Stage.TypicalP(var p) -> panallama_h.pan_sampler_typical_p(p, out);
            case Stage.TopP(var p) -> panallama_h.pan_sampler_top_p(p, out);
            case Stage.MinP(var p) -> panallama_h.pan_sampler_min_p(p, out);
            case Stage.Temperature(var temperature) -> panallama_h.pan_sampler_temperature(temperature, out);
            case Stage.Greedy() -> panallama_h.pan_sampler_greedy(out);
            case Stage.Draw() -> panallama_h.pan_sampler_draw((int) seed, out);
        };
    }

    private static int[] tail(int[] tokens, int n) {
        return Arrays.copyOfRange(tokens, Math.max(tokens.length - n, 0), tokens.length);
    }

    private void accept(int index, int[] tokens) {
        try (var ta = Arena.ofConfined()) {
            var in = ta.allocateFrom(ValueLayout.JAVA_INT, tokens.length == 0 ? new int[1] : tokens);
            Status.check(
                    panallama_h.pan_chain_accept(pointer(), index, in, tokens.length),
                    "showing the prompt to a sampler");
        }
    }

    /// {@return the token chosen from a row, which the chain has then seen}
    int sample(Context context, int row) {
        Status.check(panallama_h.pan_sample(context.pointer(), pointer(), row, chosen), "sampling");
        return chosen.get(ValueLayout.JAVA_INT, 0);
    }
}
