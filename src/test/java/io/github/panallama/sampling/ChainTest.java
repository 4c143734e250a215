package io.github.panallama.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// Chains of one's own: their order, what replaces what, and which cannot be.
class ChainTest {
    private static final Stage GRAMMAR = new Stage.Constrain(Grammar.json());

    /// One of each that stands beside the others, in the default order.
    private static final List<Stage> ORDER = List.of(
            idle("mine"),
            new Stage.Bias(Map.of(3, 1f)),
            new Stage.Repeat(1.1f, 64, true),
            new Stage.Occurrence(0.5f, 0.25f),
            Stage.Dry.of(0.8f),
            GRAMMAR,
            new Stage.TopNSigma(1),
            new Stage.TopK(5),
            new Stage.TypicalP(0.8f),
            new Stage.TopP(0.9f),
            new Stage.MinP(0.1f),
            new Stage.Xtc(0.5f, 0.1f),
            new Stage.Temperature(0.7f),
            new Stage.Infill(),
            new Stage.AdaptiveP(0.3f, 0.9f));

    @Test
    void plusPutsEachStageAtItsDefaultPlaceWhateverTheOrder() {
        var random = new Random(1);
        for (int i = 0; i < 50; i++) {
            var shuffled = new ArrayList<>(ORDER);
            Collections.shuffle(shuffled, random);
            assertEquals(
                    ORDER, Sampling.NEUTRAL.plus(shuffled.toArray(Stage[]::new)).chain());
        }
    }

    @Test
    void plusKeepsWhatTheFieldsSayAndTheSeed() {
        var sampling = Sampling.DEFAULT.withSeed(7).plus(new Stage.Xtc(0.5f, 0.1f));
        assertEquals(
                List.of(
                        new Stage.TopK(40),
                        new Stage.TopP(0.95f),
                        new Stage.MinP(0.05f),
                        new Stage.Xtc(0.5f, 0.1f),
                        new Stage.Temperature(0.8f),
                        new Stage.Draw()),
                sampling.chain());
        assertEquals(7, sampling.seed().orElseThrow());
        assertEquals(Sampling.DEFAULT.chain(), Sampling.DEFAULT.plus().chain());
    }

    @Test
    void plusOnGreedy() {
        assertEquals(
                List.of(GRAMMAR, new Stage.Greedy()),
                Sampling.GREEDY.plus(GRAMMAR).chain());
        assertEquals(
                List.of(new Stage.TopK(3), new Stage.Greedy()),
                Sampling.GREEDY.plus(new Stage.TopK(3)).chain());
    }

    @Test
    void aStageReplacesItsKindWhereItStands() {
        var own = Sampling.of(new Stage.Temperature(2), new Stage.TopK(9), new Stage.Draw());
        assertEquals(
                List.of(new Stage.Temperature(2), new Stage.TopK(3), new Stage.Draw()),
                own.plus(new Stage.TopK(3)).chain());
        var dynamic = new Stage.DynamicTemperature(1, 0.5f, 1);
        assertEquals(
                List.of(dynamic, new Stage.TopK(9), new Stage.Draw()),
                own.plus(dynamic).chain());
        assertEquals(own, own.plus(dynamic).plus(new Stage.Temperature(2)));
        assertEquals(
                List.of(new Stage.Temperature(2), new Stage.TopK(9), new Stage.Greedy()),
                own.plus(new Stage.Greedy()).chain());
    }

    @Test
    void ownSamplersGoFirstAndNeverReplace() {
        var one = idle("one");
        var two = idle("two");
        var chosen = new Stage.Custom("chosen", () -> _ -> {}, true);
        assertEquals(
                List.of(one, two, new Stage.TopK(3), chosen),
                Sampling.NEUTRAL.withTopK(3).plus(one, chosen, two).chain());
    }

    @Test
    void mirostatTakesThePlaceOfTheFilters() {
        for (var mirostat : List.of(new Stage.Mirostat(5, 0.1f), new Stage.MirostatV2(5, 0.1f))) {
            var sampling = Sampling.DEFAULT
                    .withPenalties(Penalties.NONE.withRepeat(1.1f))
                    .plus(new Stage.TopNSigma(1), new Stage.Xtc(0.5f, 0.1f), new Stage.TypicalP(0.5f), mirostat);
            assertEquals(
                    List.of(new Stage.Repeat(1.1f, 64, false), new Stage.Temperature(0.8f), mirostat),
                    sampling.chain());
            refused("leave", () -> sampling.plus(new Stage.TopK(3)));
            refused("leave", () -> Sampling.of(new Stage.MinP(0.1f), mirostat));
        }
    }

    @Test
    void impossibleChains() {
        refused("last", Sampling::of);
        refused("last", () -> Sampling.of(new Stage.TopK(3)));
        refused("last", () -> Sampling.of(new Stage.Draw(), new Stage.TopK(3)));
        refused("only the last", () -> Sampling.of(new Stage.Greedy(), new Stage.Draw()));
        refused("one grammar", () -> Sampling.of(GRAMMAR, GRAMMAR, new Stage.Draw()));
        refused(
                "leave one of them out",
                () -> Sampling.of(new Stage.Temperature(1), new Stage.DynamicTemperature(1, 1, 1), new Stage.Draw()));
    }

    @Test
    void ownStagesStandBesideNeutralFieldsOnly() {
        List<Stage> own = List.of(new Stage.TopK(3), new Stage.Draw());
        assertEquals(own, Sampling.NEUTRAL.withSeed(3).withStages(own).chain());
        var sampling = Sampling.of(new Stage.TopK(3), new Stage.Draw());
        refused("temperature", () -> Sampling.DEFAULT.withStages(own));
        refused("temperature", () -> sampling.withTemperature(0.5f));
        refused("topK", () -> sampling.withTopK(3));
        refused("topP", () -> sampling.withTopP(0.5f));
        refused("minP", () -> sampling.withMinP(0.5f));
        refused("typicalP", () -> sampling.withTypicalP(0.5f));
        refused("penalties", () -> sampling.withPenalties(Penalties.NONE.withRepeat(1.5f)));
        refused("plus", () -> sampling.withLogitBias(Map.of(3, 1f)));
        assertEquals(3, sampling.withSeed(3).seed().orElseThrow());
        assertEquals(Sampling.NEUTRAL, sampling.withStages(List.of()));
    }

    @Test
    void anotherOrderByName() {
        assertEquals(
                List.of(new Stage.Temperature(0.8f), new Stage.TopK(40), new Stage.Draw()),
                Sampling.DEFAULT.inOrder("temperature", "xtc", "top_k").chain());
        var all = Sampling.NEUTRAL.plus(ORDER.toArray(Stage[]::new));
        assertEquals(
                List.of(
                        ORDER.get(0),
                        ORDER.get(1),
                        GRAMMAR,
                        new Stage.Infill(),
                        new Stage.Repeat(1.1f, 64, true),
                        new Stage.Occurrence(0.5f, 0.25f),
                        new Stage.AdaptiveP(0.3f, 0.9f)),
                all.inOrder("infill", "penalties").chain());
        assertEquals(
                11,
                all.inOrder("penalties;dry;top_n_sigma;top_k;typ_p;top_p;min_p;xtc;temperature;infill".split(";"))
                                .chain()
                                .size()
                        - 4);
        refused("top_k", () -> all.inOrder("topk"));
        refused("twice", () -> all.inOrder("top_k", "top_k"));
    }

    private static Stage idle(String name) {
        return new Stage.Custom(name, () -> _ -> {});
    }

    private static void refused(String part, Supplier<Sampling> sampling) {
        var e = assertThrows(IllegalArgumentException.class, sampling::get);
        assertTrue(String.valueOf(e.getMessage()).contains(part), e.getMessage());
    }
}
