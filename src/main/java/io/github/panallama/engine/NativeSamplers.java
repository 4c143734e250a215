package io.github.panallama.engine;

import io.github.panallama.ffi.Status;
import io.github.panallama.ffi.Strings;
import io.github.panallama.ffi.gen.llama_logit_bias;
import io.github.panallama.ffi.gen.panallama_h;
import io.github.panallama.sampling.Grammar;
import io.github.panallama.sampling.Stage;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// Makes llama.cpp's samplers for one request: the only place that names them.
///
/// @param vocabulary whose ids they are for
/// @param seed of all that is drawn
/// @param contextSize no window needs to be longer
record NativeSamplers(Vocabulary vocabulary, long seed, int contextSize) {
    /// How many tokens mirostat 1 estimates the steepness from: its authors' number.
    private static final int MIROSTAT_TOKENS = 100;

    /// {@return a sampler that the caller owns}
    ///
    /// A new stage without a case here does not compile.
    ///
    /// @param stage any but a [Stage.Custom]
    /// @param ta for the call
    MemorySegment create(Stage stage, SegmentAllocator ta) {
        int size = vocabulary.size();
        var out = ta.allocate(panallama_h.C_POINTER);
        int rc =
                switch (stage) {
                    case Stage.Bias(var biases) -> bias(biases, ta, out);
                    case Stage.Repeat r ->
                        panallama_h.pan_sampler_penalties(size, window(r.lastN()), r.penalty(), 0, 0, out);
                    case Stage.Occurrence(var frequency, var presence) ->
                        panallama_h.pan_sampler_penalties(size, contextSize, 1, frequency, presence, out);
                    case Stage.Dry dry -> dry(dry, ta, out);
                    case Stage.Constrain(var grammar) -> grammar(grammar, ta, out);
                    case Stage.TopNSigma(var n) -> panallama_h.pan_sampler_top_n_sigma(n, out);
                    case Stage.TopK(var k) -> panallama_h.pan_sampler_top_k(k, out);
                    case Stage.TypicalP(var p) -> panallama_h.pan_sampler_typical_p(p, out);
                    case Stage.TopP(var p) -> panallama_h.pan_sampler_top_p(p, out);
                    case Stage.MinP(var p) -> panallama_h.pan_sampler_min_p(p, out);
                    case Stage.Xtc(var probability, var threshold) ->
                        panallama_h.pan_sampler_xtc(probability, threshold, otherSeed(), out);
                    case Stage.Temperature(var temperature) -> panallama_h.pan_sampler_temperature(temperature, out);
                    case Stage.DynamicTemperature(var temperature, var range, var exponent) ->
                        panallama_h.pan_sampler_dynamic_temperature(temperature, range, exponent, out);
                    case Stage.Infill() -> panallama_h.pan_sampler_infill(vocabulary.model(), out);
                    case Stage.Greedy() -> panallama_h.pan_sampler_greedy(out);
                    case Stage.Draw() -> panallama_h.pan_sampler_draw((int) seed, out);
                    case Stage.Mirostat(var tau, var eta) ->
                        panallama_h.pan_sampler_mirostat(size, (int) seed, tau, eta, MIROSTAT_TOKENS, out);
                    case Stage.MirostatV2(var tau, var eta) ->
                        panallama_h.pan_sampler_mirostat_v2((int) seed, tau, eta, out);
                    case Stage.AdaptiveP(var target, var decay) ->
                        panallama_h.pan_sampler_adaptive_p(target, decay, (int) seed, out);
                    case Stage.Custom custom ->
                        throw new IllegalArgumentException(custom.name() + " is not llama.cpp's");
                };
        Status.check(rc, what(stage));
        return out.get(panallama_h.C_POINTER, 0);
    }

    private static String what(Stage stage) {
        return stage instanceof Stage.Constrain
                ? "the grammar cannot be used"
                : "creating the sampler " + stage.getClass().getSimpleName();
    }

    /// A generator of its own for what draws before the selector: with the same seed it would see the very
    /// numbers that the selector sees. Never all ones, which mean a random seed to llama.cpp.
    private int otherSeed() {
        return (int) ((seed + 0x9E37_79B9L) % 0xFFFF_FFFFL);
    }

    private int window(int lastN) {
        return Math.min(lastN, contextSize);
    }

    private int bias(Map<Integer, Float> biases, SegmentAllocator ta, MemorySegment out) {
        var array = ta.allocate(llama_logit_bias.layout(), Math.max(biases.size(), 1));
        int i = 0;
        for (var bias : biases.entrySet()) {
            var entry = llama_logit_bias.asSlice(array, i++);
            llama_logit_bias.token(entry, vocabulary.check(bias.getKey()));
            llama_logit_bias.bias(entry, bias.getValue());
        }
        return panallama_h.pan_sampler_bias(vocabulary.size(), array, biases.size(), out);
    }

    private int dry(Stage.Dry dry, SegmentAllocator ta, MemorySegment out) {
        int n = dry.breakers().size();
        var lengths = ta.allocate(ValueLayout.JAVA_INT, Math.max(n, 1));
        var joined = new ByteArrayOutputStream();
        for (int i = 0; i < n; i++) {
            var bytes = dry.breakers().get(i).getBytes(StandardCharsets.UTF_8);
            lengths.setAtIndex(ValueLayout.JAVA_INT, i, bytes.length);
            joined.writeBytes(bytes);
        }
        return panallama_h.pan_sampler_dry(
                vocabulary.model(),
                dry.multiplier(),
                dry.base(),
                window(dry.allowedLength()),
                window(dry.lastN()),
                Strings.bytes(ta, joined.toByteArray()),
                lengths,
                n,
                out);
    }

    private int grammar(Grammar grammar, SegmentAllocator ta, MemorySegment out) {
        return switch (grammar) {
            case Grammar.Gbnf(var text, var root) ->
                grammar(text.getBytes(StandardCharsets.UTF_8), root.getBytes(StandardCharsets.UTF_8), ta, out);
            case Grammar.JsonSchema(var text) ->
                grammar(converted(text, ta), "root".getBytes(StandardCharsets.UTF_8), ta, out);
            case Grammar.Lazy(var gbnf, var triggers) -> lazy(gbnf, triggers, ta, out);
            case Grammar.Begun(var gbnf, var beginning) -> begun(gbnf, beginning, ta, out);
        };
    }

    private int grammar(byte[] text, byte[] root, SegmentAllocator ta, MemorySegment out) {
        return panallama_h.pan_sampler_grammar(
                vocabulary.model(), Strings.bytes(ta, text), text.length, Strings.bytes(ta, root), root.length, out);
    }

    private int begun(Grammar.Gbnf grammar, String beginning, SegmentAllocator ta, MemorySegment out) {
        var text = grammar.text().getBytes(StandardCharsets.UTF_8);
        var root = grammar.root().getBytes(StandardCharsets.UTF_8);
        var begun = beginning.getBytes(StandardCharsets.UTF_8);
        return panallama_h.pan_sampler_grammar_begun(
                vocabulary.model(),
                Strings.bytes(ta, text),
                text.length,
                Strings.bytes(ta, root),
                root.length,
                Strings.bytes(ta, begun),
                begun.length,
                out);
    }

    private int lazy(Grammar.Gbnf grammar, List<Grammar.Trigger> triggers, SegmentAllocator ta, MemorySegment out) {
        var text = grammar.text().getBytes(StandardCharsets.UTF_8);
        var root = grammar.root().getBytes(StandardCharsets.UTF_8);
        var mapper = JsonMapper.shared(); // few requests need it, and making it takes long
        var list = mapper.createArrayNode();
        for (var trigger : triggers) {
            list.addObject()
                    .put("type", trigger.kind().name().toLowerCase(Locale.ROOT))
                    .put("value", trigger.value());
        }
        var json = mapper.writeValueAsBytes(list);
        return panallama_h.pan_sampler_grammar_lazy(
                vocabulary.model(),
                Strings.bytes(ta, text),
                text.length,
                Strings.bytes(ta, root),
                root.length,
                Strings.bytes(ta, json),
                json.length,
                out);
    }

    private static byte[] converted(String schema, SegmentAllocator ta) {
        var text = schema.getBytes(StandardCharsets.UTF_8);
        var out = ta.allocate(panallama_h.C_POINTER);
        var length = ta.allocate(ValueLayout.JAVA_INT);
        Status.check(
                panallama_h.pan_schema_to_gbnf(Strings.bytes(ta, text), text.length, out, length),
                "the JSON schema cannot be used");
        return Buffers.taken(out, length);
    }
}
