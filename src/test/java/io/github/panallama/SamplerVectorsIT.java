package io.github.panallama;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.fixture.BigramModel;
import io.github.panallama.fixture.Models;
import io.github.panallama.fixture.TestVocabulary;
import io.github.panallama.sampling.Candidates;
import io.github.panallama.sampling.Sampler;
import io.github.panallama.sampling.Sampling;
import io.github.panallama.sampling.Stage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// llama.cpp's own test vectors (its tests/test-sampling.cpp): probabilities, what was generated before,
/// the stage, and the probabilities after it, in order.
class SamplerVectorsIT {
    private static final BigramModel MODEL =
            BigramModel.builder(TestVocabulary.standard()).name("vectors").build();

    /// What stands for tokens 0, 1, 2 and so on there: letters, ascending.
    private static final List<Integer> LETTERS = MODEL.vocabulary().ids("e", "t", "a", "o", "i");

    private static final Llama LLAMA = Llama.load(Models.file(MODEL));
    private static final double[] FOUR = {0.1, 0.2, 0.3, 0.4};
    private static final double[] FALLING = {0.4, 0.3, 0.2, 0.1};
    private static final double[] ALIKE = {0.2, 0.2, 0.2, 0.2, 0.2};
    private static final double[] QUARTERS = {0.25, 0.25, 0.25, 0.25};
    private static final List<Integer> NOTHING = List.of();

    @AfterAll
    static void close() {
        LLAMA.close();
    }

    private static Arguments vector(Stage stage, double[] before, List<Integer> generated, double... after) {
        return Arguments.of(stage, before, generated, after);
    }

    private static Stage dry(float multiplier, int allowed, int lastN, String... breakers) {
        return new Stage.Dry(multiplier, 1.1f, allowed, lastN, List.of(breakers), false);
    }

    static Stream<Arguments> vectors() {
        return Stream.of(
                vector(new Stage.Temperature(1), FOUR, NOTHING, FOUR),
                vector(new Stage.Temperature(0), FOUR, NOTHING, 0, 0, 0, 1),
                vector(new Stage.DynamicTemperature(1, 0, 1), FOUR, NOTHING, FOUR),
                vector(new Stage.DynamicTemperature(0, 0, 1), FOUR, NOTHING, 0, 0, 0, 1),
                vector(new Stage.TopK(1), FOUR, NOTHING, 1),
                vector(new Stage.TopK(3), FOUR, NOTHING, 0.44444, 0.33333, 0.22222),
                vector(new Stage.TopK(4), FOUR, NOTHING, 0.4, 0.3, 0.2, 0.1),
                vector(new Stage.TopK(0), FOUR, NOTHING, FOUR),
                vector(new Stage.TopP(0), FOUR, NOTHING, 1),
                vector(new Stage.TopP(0.7f), FOUR, NOTHING, 0.571429, 0.428571),
                vector(new Stage.TopP(0.8f), FOUR, NOTHING, 0.44444, 0.33333, 0.22222),
                vector(new Stage.TopP(1), FOUR, NOTHING, FOUR),
                vector(new Stage.MinP(0), FOUR, NOTHING, FOUR),
                vector(new Stage.MinP(0.24f), FOUR, NOTHING, FOUR),
                vector(new Stage.MinP(0.26f), FOUR, NOTHING, 0.2 / 0.9, 0.3 / 0.9, 0.4 / 0.9),
                vector(new Stage.MinP(0.49f), FOUR, NOTHING, 0.2 / 0.9, 0.3 / 0.9, 0.4 / 0.9),
                vector(new Stage.MinP(0.51f), FOUR, NOTHING, 0.3 / 0.7, 0.4 / 0.7),
                vector(new Stage.MinP(0.74f), FOUR, NOTHING, 0.3 / 0.7, 0.4 / 0.7),
                vector(new Stage.MinP(0.76f), FOUR, NOTHING, 1),
                vector(new Stage.MinP(1), FOUR, NOTHING, 1),
                // there not normalised after the stage, here always
                vector(new Stage.Xtc(1, 0.09f), FALLING, NOTHING, 1),
                vector(new Stage.Xtc(1, 0.19f), FALLING, NOTHING, 0.2 / 0.3, 0.1 / 0.3),
                vector(new Stage.Xtc(1, 0.29f), FALLING, NOTHING, 0.3 / 0.6, 0.2 / 0.6, 0.1 / 0.6),
                vector(new Stage.Xtc(1, 0.39f), FALLING, NOTHING, FALLING),
                vector(new Stage.TypicalP(0.5f), new double[] {0.97, 0.01, 0.01, 0.01}, NOTHING, 1),
                vector(new Stage.TypicalP(0.5f), new double[] {0.4, 0.2, 0.2, 0.2}, NOTHING, 1 / 3., 1 / 3., 1 / 3.),
                vector(new Stage.TopNSigma(1), FOUR, NOTHING, 0, 0, 0.428571, 0.571429),
                vector(new Stage.TopNSigma(0), FOUR, NOTHING, FOUR),
                vector(new Stage.TopNSigma(3), FOUR, NOTHING, FOUR),
                vector(new Stage.Repeat(50, 1, false), ALIKE, List.of(0), 0, 0.25, 0.25, 0.25, 0.25),
                vector(new Stage.Repeat(50, 3, false), ALIKE, List.of(0, 1, 2), 0, 0, 0, 0.5, 0.5),
                vector(new Stage.Repeat(50, 5, false), ALIKE, List.of(0, 1, 2, 0, 0), 0, 0, 0, 0.5, 0.5),
                vector(new Stage.Occurrence(5, 5), ALIKE, List.of(0), 0.000011, 0.249997, 0.249997, 0.249997, 0.249997),
                vector(
                        new Stage.Occurrence(5, 5),
                        ALIKE,
                        List.of(0, 1, 2),
                        0.000023,
                        0.000023,
                        0.000023,
                        0.499966,
                        0.499966),
                vector(
                        new Stage.Occurrence(5, 5),
                        ALIKE,
                        List.of(0, 1, 2, 0, 0),
                        0,
                        0.000023,
                        0.000023,
                        0.499977,
                        0.499977),
                vector(dry(1, 2, 4), QUARTERS, List.of(0, 1), QUARTERS),
                vector(dry(1, 2, 5), QUARTERS, List.of(0, 1, 2, 0, 1), 0.296923, 0.296923, 0.109232, 0.296923),
                vector(dry(1, 2, 6, "o"), ALIKE, List.of(0, 1, 3, 4, 0, 1), ALIKE),
                vector(dry(2, 2, 5), ALIKE, List.of(0, 1, 2, 0, 1), 0.241818, 0.241818, 0.032727, 0.241818, 0.241818),
                vector(dry(1, 4, 7), ALIKE, List.of(0, 1, 2, 3, 4, 0, 1), ALIKE));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("vectors")
    void theStageDoesWhatLlamaCppExpects(Stage stage, double[] before, List<Integer> generated, double[] after) {
        var probe = new Probe();
        var script = new Stage.Custom("script", () -> new Script(generated), true);
        var sampling = Sampling.of(feed(before), stage, probe.stage(), script);
        var options = CompletionOptions.DEFAULT.withSampling(sampling).withMaxTokens(generated.size() + 1);
        assertEquals(generated.size() + 1, LLAMA.complete("t", options).tokens().size());
        var seen = new ArrayList<>(probe.probabilities().values());
        if (stage instanceof Stage.TopP || stage instanceof Stage.MinP) { // sets: their order is llama.cpp's affair
            seen.sort(null);
            Arrays.sort(after);
        }
        assertEquals(after.length, seen.size(), seen::toString);
        for (int i = 0; i < after.length; i++) {
            assertEquals(after[i], seen.get(i), 1e-5, seen::toString);
        }
    }

    /// Puts probabilities in place of the model's.
    private static Stage feed(double[] probabilities) {
        return new Stage.Custom("feed", () -> candidates -> {
            candidates.keepIf(
                    (id, _) -> LETTERS.subList(0, probabilities.length).contains(id));
            for (int i = 0; i < candidates.size(); i++) {
                candidates.setLogit(i, (float) Math.log(probabilities[i]));
            }
        });
    }

    /// Generates given tokens, whatever their probability, then anything.
    private static final class Script implements Sampler {
        private final List<Integer> tokens;
        private int step;

        Script(List<Integer> tokens) {
            this.tokens = tokens;
        }

        @Override
        public void apply(Candidates candidates) {
            int wanted = step < tokens.size() ? LETTERS.get(tokens.get(step)) : -1;
            int chosen = 0;
            for (int i = 0; i < candidates.size(); i++) {
                if (candidates.id(i) == wanted || (wanted < 0 && candidates.logit(i) > candidates.logit(chosen))) {
                    chosen = i;
                }
            }
            candidates.select(chosen);
            step++;
        }
    }
}
