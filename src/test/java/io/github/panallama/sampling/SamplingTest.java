package io.github.panallama.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplingTest {
    @Test
    void theDefaultChain() {
        assertEquals(
                List.of(
                        new Stage.TopK(40),
                        new Stage.TopP(0.95f),
                        new Stage.MinP(0.05f),
                        new Stage.Temperature(0.8f),
                        new Stage.Draw()),
                Sampling.DEFAULT.chain());
    }

    @Test
    void neutralOnlyDrawsAndGreedyOnlyChooses() {
        assertEquals(List.of(new Stage.Draw()), Sampling.NEUTRAL.chain());
        assertEquals(List.of(new Stage.Greedy()), Sampling.GREEDY.chain());
    }

    @Test
    void everythingInOrder() {
        var penalties = new Penalties(1.1f, 64, true, 0.5f, 0.25f);
        var all = new Sampling(0.7f, 5, 0.9f, 0.1f, 0.8f, penalties, Map.of(3, 1f), OptionalLong.of(1), List.of());
        assertEquals(
                List.of(
                        new Stage.Bias(Map.of(3, 1f)),
                        new Stage.Repeat(1.1f, 64, true),
                        new Stage.Occurrence(0.5f, 0.25f),
                        new Stage.TopK(5),
                        new Stage.TypicalP(0.8f),
                        new Stage.TopP(0.9f),
                        new Stage.MinP(0.1f),
                        new Stage.Temperature(0.7f),
                        new Stage.Draw()),
                all.chain());
        assertEquals(
                List.of(
                        new Stage.Bias(Map.of(3, 1f)),
                        new Stage.Repeat(1.1f, 64, true),
                        new Stage.Occurrence(0.5f, 0.25f),
                        new Stage.Greedy()),
                all.withTemperature(0).chain(),
                "at temperature 0 the filters have nothing to do");
    }

    @ParameterizedTest
    @ValueSource(floats = {-0.1f, Float.NaN, Float.POSITIVE_INFINITY})
    void temperatureIsChecked(float temperature) {
        var e = assertThrows(IllegalArgumentException.class, () -> Sampling.DEFAULT.withTemperature(temperature));
        assertTrue(String.valueOf(e.getMessage()).startsWith("temperature is " + temperature), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(floats = {-0.1f, 1.1f, Float.NaN})
    void probabilitiesAreChecked(float p) {
        assertThrows(IllegalArgumentException.class, () -> Sampling.DEFAULT.withTopP(p));
        assertThrows(IllegalArgumentException.class, () -> Sampling.DEFAULT.withMinP(p));
        assertThrows(IllegalArgumentException.class, () -> Sampling.DEFAULT.withTypicalP(p));
    }

    @Test
    void biasesAreChecked() {
        assertThrows(IllegalArgumentException.class, () -> Sampling.DEFAULT.withLogitBias(Map.of(-1, 1f)));
        assertThrows(IllegalArgumentException.class, () -> Sampling.DEFAULT.withLogitBias(Map.of(1, 101f)));
        assertThrows(IllegalArgumentException.class, () -> Sampling.DEFAULT.withLogitBias(Map.of(1, Float.NaN)));
        assertEquals(
                Float.NEGATIVE_INFINITY,
                Sampling.DEFAULT
                        .withLogitBias(Map.of(1, Float.NEGATIVE_INFINITY))
                        .logitBias()
                        .get(1));
    }

    @Test
    void aFreshSeedHasTwoSpellings() {
        assertEquals(OptionalLong.empty(), Sampling.DEFAULT.withSeed(-1).seed());
        assertEquals(
                OptionalLong.empty(), Sampling.DEFAULT.withSeed(0xFFFF_FFFFL).seed());
        assertEquals(OptionalLong.of(0), Sampling.DEFAULT.withSeed(0).seed(), "0 is a seed like any other");
        assertThrows(IllegalArgumentException.class, () -> Sampling.DEFAULT.withSeed(-2));
        assertThrows(IllegalArgumentException.class, () -> Sampling.DEFAULT.withSeed(1L << 32));
    }

    @Test
    void penaltiesAreChecked() {
        assertThrows(IllegalArgumentException.class, () -> Penalties.NONE.withRepeat(0));
        assertThrows(IllegalArgumentException.class, () -> Penalties.NONE.withLastN(-1));
        assertThrows(IllegalArgumentException.class, () -> Penalties.NONE.withPresence(Float.NaN));
        assertEquals(1000f, Penalties.NONE.withPresence(1000).presence(), "any finite number");
    }
}
