package io.github.panallama.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Each stage is safe alone: no invalid one can exist.
class StageTest {
    private static final float INFINITY = Float.POSITIVE_INFINITY;

    /// A parameter: how to make its stage, the name in the message, good values, bad values.
    private static Arguments floats(String name, Function<Float, Stage> make, List<Float> good, List<Float> bad) {
        return Arguments.of(name, make, good, bad);
    }

    static Stream<Arguments> parameters() {
        return Stream.of(
                floats("repeat penalty", x -> new Stage.Repeat(x, 64, false), List.of(1f, 0.1f, 9f), List.of(0f, -1f)),
                floats("frequency penalty", x -> new Stage.Occurrence(x, 0), List.of(-1000f, 0f, 3f), List.of()),
                floats("presence penalty", x -> new Stage.Occurrence(0, x), List.of(-1000f, 0f, 3f), List.of()),
                floats("DRY multiplier", Stage.Dry::of, List.of(0f, 0.8f, 1e30f), List.of(-0.1f, 1e31f)),
                floats("DRY base", StageTest::dryBase, List.of(1f, 1.75f), List.of(0.99f, 0f, 1e31f)),
                floats("top_n_sigma", Stage.TopNSigma::new, List.of(0f, 1f, 50f), List.of(-0.1f)),
                floats("typical_p", Stage.TypicalP::new, List.of(0f, 0.5f, 1f), List.of(-0.1f, 1.1f)),
                floats("top_p", Stage.TopP::new, List.of(0f, 0.5f, 1f), List.of(-0.1f, 1.1f)),
                floats("min_p", Stage.MinP::new, List.of(0f, 0.5f, 1f), List.of(-0.1f, 1.1f)),
                floats("XTC probability", x -> new Stage.Xtc(x, 0.1f), List.of(0f, 1f), List.of(-0.1f, 1.1f)),
                floats("XTC threshold", x -> new Stage.Xtc(0.5f, x), List.of(0.01f, 1f), List.of(0f, 1.1f)),
                floats("temperature", Stage.Temperature::new, List.of(0f, 1f, 100f), List.of(-0.1f)),
                floats(
                        "temperature",
                        x -> new Stage.DynamicTemperature(x, 0.5f, 1),
                        List.of(0f, 1f),
                        List.of(-0.1f, 1e31f)),
                floats(
                        "temperature range",
                        x -> new Stage.DynamicTemperature(1, x, 1),
                        List.of(0f, 2f),
                        List.of(-0.1f, 1e31f)),
                floats(
                        "temperature exponent",
                        x -> new Stage.DynamicTemperature(1, 1, x),
                        List.of(0.1f, 3f),
                        List.of(0f, -1f, 1e31f)),
                floats("mirostat tau", x -> new Stage.Mirostat(x, 0.1f), List.of(0f, 5f), List.of(-1f, 1001f)),
                floats("mirostat eta", x -> new Stage.Mirostat(5, x), List.of(0f, 0.1f), List.of(-1f, 1001f)),
                floats("mirostat tau", x -> new Stage.MirostatV2(x, 0.1f), List.of(0f, 5f), List.of(-1f, 1001f)),
                floats("mirostat eta", x -> new Stage.MirostatV2(5, x), List.of(0f, 0.1f), List.of(-1f, 1001f)),
                floats("adaptive-p target", x -> new Stage.AdaptiveP(x, 0.9f), List.of(0f, 1f), List.of(-0.1f, 1.1f)),
                floats("adaptive-p decay", x -> new Stage.AdaptiveP(0.3f, x), List.of(0f, 0.99f), List.of(-0.1f, 1f)),
                floats("logit bias", x -> new Stage.Bias(Map.of(3, x)), List.of(-100f, 0f, 100f), List.of(101f)));
    }

    private static Stage dryBase(float base) {
        return new Stage.Dry(1, base, 2, 64, List.of(), true);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("parameters")
    void rangesAreCheckedAndNamed(String name, Function<Float, Stage> make, List<Float> good, List<Float> bad) {
        good.forEach(value -> assertEquals(make.apply(value), make.apply(value)));
        var all = new ArrayList<>(bad);
        Collections.addAll(all, Float.NaN, INFINITY);
        for (var value : all) {
            var e = assertThrows(IllegalArgumentException.class, () -> make.apply(value), value::toString);
            assertTrue(String.valueOf(e.getMessage()).startsWith(name), e.getMessage());
            assertTrue(String.valueOf(e.getMessage()).contains("must be"), e.getMessage());
        }
    }

    @Test
    void wholeNumbersAreChecked() {
        assertThrows(IllegalArgumentException.class, () -> new Stage.TopK(-1));
        assertThrows(IllegalArgumentException.class, () -> new Stage.Repeat(1.1f, -1, false));
        assertThrows(IllegalArgumentException.class, () -> new Stage.Dry(1, 2, -1, 64, List.of(), true));
        assertThrows(IllegalArgumentException.class, () -> new Stage.Dry(1, 2, 2, -1, List.of(), true));
        assertThrows(IllegalArgumentException.class, () -> new Stage.Bias(Map.of(-1, 1f)));
    }

    @Test
    void dryHasTheUsualDefaults() {
        var expected = new Stage.Dry(0.8f, 1.75f, 2, Integer.MAX_VALUE, List.of("\n", ":", "\"", "*"), true);
        assertEquals(expected, Stage.Dry.of(0.8f));
    }

    @Test
    void dryBreakersAreChecked() {
        for (var breaker : List.of("", "x".repeat(41), "日".repeat(14), "a\0b")) {
            assertThrows(
                    IllegalArgumentException.class, () -> new Stage.Dry(1, 2, 2, 64, List.of("ok", breaker), true));
        }
        assertEquals(
                1,
                new Stage.Dry(1, 2, 2, 64, List.of("x".repeat(40)), true)
                        .breakers()
                        .size());
        var many = Collections.nCopies(65, "x");
        assertThrows(IllegalArgumentException.class, () -> new Stage.Dry(1, 2, 2, 64, many, true));
    }

    @Test
    void aTemperatureThatCannotDivideIsZero() {
        assertEquals(new Stage.Temperature(0), new Stage.Temperature(1e-31f));
        assertEquals(1e-30f, new Stage.Temperature(1e-30f).temperature());
        assertEquals(0, new Stage.DynamicTemperature(1e-40f, 1, 1).temperature());
    }

    @Test
    void collectionsAreCopied() {
        var biases = new HashMap<>(Map.of(3, 1f));
        var breakers = new ArrayList<>(List.of("x"));
        var bias = new Stage.Bias(biases);
        var dry = new Stage.Dry(1, 2, 2, 64, breakers, true);
        biases.put(4, 1f);
        breakers.add("y");
        assertEquals(Map.of(3, 1f), bias.biases());
        assertEquals(List.of("x"), dry.breakers());
    }

    @Test
    void whoSelects() {
        for (var stage : List.of(
                new Stage.Greedy(),
                new Stage.Draw(),
                new Stage.Mirostat(5, 0.1f),
                new Stage.MirostatV2(5, 0.1f),
                new Stage.AdaptiveP(0.3f, 0.9f),
                new Stage.Custom("mine", () -> candidates -> candidates.select(0), true))) {
            assertTrue(stage.selects(), stage::toString);
        }
        for (var stage : List.of(new Stage.TopK(1), new Stage.Infill(), new Stage.Custom("mine", () -> _ -> {}))) {
            assertFalse(stage.selects(), stage::toString);
        }
    }

    @Test
    void anOwnSamplerNeedsAName() {
        assertThrows(IllegalArgumentException.class, () -> new Stage.Custom(" ", () -> _ -> {}));
    }
}
