package io.github.panallama;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.Token;
import io.github.panallama.fixture.BigramModel;
import io.github.panallama.fixture.Models;
import io.github.panallama.fixture.TestVocabulary;
import io.github.panallama.model.ModelOptions;
import io.github.panallama.sampling.Sampling;
import io.github.panallama.sampling.Stage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every stage against its definition, computed here in double precision from the model's own distribution:
/// what it leaves, exactly, and thousands of draws after it, with fixed seeds.
class SamplerStatisticsIT {
    private static final int TOKENS = 400;
    private static final BigramModel MODEL = BigramModel.builder(TestVocabulary.standard())
            .name("memoryless")
            .memoryless()
            .deviation(2)
            .never("</s>", "<s>", "<unk>")
            .build();
    private static final double[] LOGITS = MODEL.logProbabilities(5);
    private static final Llama LLAMA = Llama.load(Models.file(MODEL), ModelOptions.DEFAULT.withContextSize(512));

    @AfterAll
    static void close() {
        LLAMA.close();
    }

    static List<Integer> draws(Sampling sampling, int n) {
        var draws = new ArrayList<Integer>();
        for (int seed = 1; draws.size() < n; seed++) {
            var options = CompletionOptions.DEFAULT
                    .withSampling(sampling.withSeed(seed))
                    .withMaxTokens(TOKENS);
            LLAMA.complete("t", options).tokens().stream().map(Token::id).forEach(draws::add);
        }
        return draws;
    }

    @Test
    void theRowIsTheSameAfterEveryToken() {
        for (int current = 0; current < LOGITS.length; current++) {
            assertEquals(LOGITS[9], MODEL.logProbabilities(current)[9], 1e-12);
        }
    }

    @Test
    void draw() {
        Distributions.assertFollows(Distributions.softmax(LOGITS), draws(Sampling.of(new Stage.Draw()), 4000), "draw");
    }

    static Stream<Stage> stages() {
        var best = Distributions.ranked(LOGITS);
        return Stream.of(
                new Stage.Bias(Map.of(best.get(0), -3f, best.get(40), 4f, best.get(1), Float.NEGATIVE_INFINITY)),
                new Stage.TopK(12),
                new Stage.TopP(0.6f),
                new Stage.MinP(0.08f),
                new Stage.TypicalP(0.4f),
                new Stage.TopNSigma(1.2f),
                new Stage.Temperature(0.6f),
                new Stage.Temperature(1.7f),
                new Stage.DynamicTemperature(0.9f, 0.5f, 1),
                new Stage.DynamicTemperature(0.5f, 0.8f, 2));
    }

    @ParameterizedTest
    @MethodSource("stages")
    void whatAStageLeavesAndHowItIsDrawnFrom(Stage stage) {
        var expected = Distributions.softmax(Distributions.after(stage, LOGITS));
        var probe = new Probe();
        assertEquals(
                TOKENS,
                draws(Sampling.of(stage, probe.stage(), new Stage.Draw()), TOKENS)
                        .size());
        var seen = probe.probabilities();
        for (int id = 0; id < expected.length; id++) {
            assertEquals(expected[id], seen.getOrDefault(id, 0.0), 2e-5, "token " + id);
        }
        Distributions.assertFollows(expected, draws(Sampling.of(stage, new Stage.Draw()), 2400), stage.toString());
    }

    /// A mixture, so that a chance which went along with the draw would show.
    @Test
    void xtcStrikesByItsProbabilityAndApartFromTheDraw() {
        double second =
                Distributions.softmax(LOGITS)[Distributions.ranked(LOGITS).get(3)];
        var xtc = new Stage.Xtc(0.3f, (float) (second * 0.999));
        var without = Distributions.softmax(LOGITS);
        var with = Distributions.softmax(Distributions.struck(xtc, LOGITS));
        var mixture = IntStream.range(0, with.length)
                .mapToDouble(i -> 0.3 * with[i] + 0.7 * without[i])
                .toArray();
        Distributions.assertFollows(mixture, draws(Sampling.of(xtc, new Stage.Draw()), 4000), "xtc");
        assertEquals(
                3, IntStream.range(0, with.length).filter(i -> with[i] == 0).count(), "the three likeliest");
    }

    /// The whole default chain, stage after stage.
    @Test
    void chains() {
        for (var sampling : List.of(
                Sampling.DEFAULT,
                Sampling.DEFAULT.plus(new Stage.TopNSigma(1.5f), new Stage.DynamicTemperature(1, 0.5f, 1)),
                Sampling.DEFAULT.inOrder("temperature", "min_p", "top_p", "top_k"))) {
            var logits = LOGITS;
            var chain = sampling.chain();
            for (var stage : chain.subList(0, chain.size() - 1)) {
                logits = afterOnRest(stage, logits);
            }
            Distributions.assertFollows(Distributions.softmax(logits), draws(sampling, 1600), sampling.toString());
        }
    }

    /// Applies a definition to the candidates that are left: what a filter has removed is not there for the
    /// next stage.
    private static double[] afterOnRest(Stage stage, double[] logits) {
        var left = IntStream.range(0, logits.length)
                .filter(i -> logits[i] != Double.NEGATIVE_INFINITY)
                .toArray();
        var rest = IntStream.of(left).mapToDouble(i -> logits[i]).toArray();
        boolean nothing = stage instanceof Stage.TopK(var k) && k >= rest.length;
        var changed = nothing ? rest : Distributions.after(stage, rest);
        var result = new double[logits.length];
        Arrays.fill(result, Double.NEGATIVE_INFINITY);
        for (int i = 0; i < left.length; i++) {
            result[left[i]] = changed[i];
        }
        return result;
    }

    @Test
    void greedyTakesTheLowestIdOfEquals() {
        var tie = new Stage.Custom("tie", () -> candidates -> {
            candidates.setLogit(40, 50);
            candidates.setLogit(20, 50);
        });
        assertEquals(List.of(20), List.copyOf(new TreeSet<>(draws(Sampling.of(tie, new Stage.Greedy()), TOKENS))));
    }
}
