package io.github.panallama;

import static io.github.panallama.Failures.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.completion.Candidate;
import io.github.panallama.completion.Completion;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.Logprobs;
import io.github.panallama.completion.Token;
import io.github.panallama.fixture.BigramModel;
import io.github.panallama.fixture.Models;
import io.github.panallama.fixture.TestVocabulary;
import io.github.panallama.sampling.Penalties;
import io.github.panallama.sampling.Sampling;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// Log-probabilities and sampling against the designed table of the bigram model.
class LogprobsIT {
    private static final double EPSILON = 1e-5;
    private static final BigramModel MODEL = BigramModel.builder(TestVocabulary.standard())
            .name("no-end")
            .never("</s>")
            .build();
    private static final TestVocabulary VOCABULARY = MODEL.vocabulary();
    private static final CompletionOptions OPTIONS = CompletionOptions.DEFAULT
            .withSampling(Sampling.NEUTRAL)
            .withMaxTokens(24)
            .withLogprobs(4);
    private static final Llama LLAMA = Llama.load(Models.file(MODEL));

    @AfterAll
    static void close() {
        LLAMA.close();
    }

    private static Logprobs at(Completion completion, int i) {
        return completion.tokens().get(i).logprobs().orElseThrow();
    }

    /// The designed order: descending, ties to the lower id.
    private static List<Integer> ranked(int current) {
        var logprobs = MODEL.logProbabilities(current);
        return IntStream.range(0, logprobs.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer id) -> -logprobs[id])
                        .thenComparing(id -> id))
                .toList();
    }

    @Test
    void theyAreTheDesignedTable() {
        var completion = LLAMA.complete("t", OPTIONS);
        int current = VOCABULARY.id("▁t");
        for (var token : completion.tokens()) {
            var expected = MODEL.logProbabilities(current);
            var ranked = ranked(current);
            var logprobs = token.logprobs().orElseThrow();
            assertEquals(expected[token.id()], token.logprob(), EPSILON);
            assertEquals(ranked.indexOf(token.id()) + 1, logprobs.rank());
            var ids = logprobs.top().stream().map(Candidate::id).toList();
            assertEquals(ranked.subList(0, 4), ids.subList(0, 4));
            assertEquals(ids.size() == 5, logprobs.rank() > 4, "the chosen one is added when it is not among them");
            logprobs.top().forEach(c -> assertEquals(expected[c.id()], c.logprob(), EPSILON));
            assertTrue(ids.contains(token.id()));
            current = token.id();
        }
    }

    @Test
    void theWholeDistributionSumsToOne() {
        var all = at(LLAMA.complete("t", OPTIONS.withMaxTokens(1).withLogprobs(1_000_000)), 0)
                .top();
        assertEquals(VOCABULARY.size(), all.size());
        assertEquals(1, all.stream().mapToDouble(Candidate::probability).sum(), 1e-5);
        assertEquals(
                ranked(VOCABULARY.id("▁t")), all.stream().map(Candidate::id).toList());
    }

    @Test
    void zeroAlternativesIsTheChosenOneAlone() {
        var completion = LLAMA.complete("t", OPTIONS.withLogprobs(0));
        for (var token : completion.tokens()) {
            assertEquals(
                    List.of(token.id()),
                    token.logprobs().orElseThrow().top().stream()
                            .map(Candidate::id)
                            .toList());
        }
    }

    @Test
    void samplingDoesNotTouchThem() {
        var neutral = at(LLAMA.complete("t", OPTIONS.withMaxTokens(1).withSampling(Sampling.GREEDY)), 0);
        for (var sampling : List.of(
                Sampling.DEFAULT,
                Sampling.NEUTRAL.withTemperature(1.5f),
                Sampling.NEUTRAL.withTopK(2),
                Sampling.NEUTRAL.withTopP(0.1f),
                Sampling.NEUTRAL.withMinP(0.5f),
                Sampling.NEUTRAL.withTypicalP(0.5f),
                Sampling.NEUTRAL.withPenalties(Penalties.NONE.withRepeat(1.5f).withPrompt(true)),
                Sampling.NEUTRAL.withLogitBias(Map.of(5, 50f)))) {
            var other = at(LLAMA.complete("t", OPTIONS.withMaxTokens(1).withSampling(sampling)), 0);
            assertEquals(neutral.top().subList(0, 4), other.top().subList(0, 4), sampling::toString);
        }
    }

    @Test
    void withoutAskingThereAreNoneAndTheTokenSaysHow() {
        var token = LLAMA.complete("t", CompletionOptions.DEFAULT.withMaxTokens(1))
                .tokens()
                .getFirst();
        fails(IllegalStateException.class, token::logprob, "withLogprobs");
    }

    @Test
    void greedyIsTheDesignedArgmaxAndTheFirstCandidate() {
        var completion = LLAMA.complete("t", OPTIONS.withSampling(Sampling.GREEDY));
        var expected = MODEL.greedy(VOCABULARY.id("▁t"), 24);
        assertEquals(expected, completion.tokens().stream().map(Token::id).toList());
        completion
                .tokens()
                .forEach(t -> assertEquals(
                        t.id(), t.logprobs().orElseThrow().top().getFirst().id()));
    }

    @Test
    void oneCandidateIsGreedyAtAnyTemperature() {
        var greedy = LLAMA.complete("t", OPTIONS.withSampling(Sampling.GREEDY)).text();
        for (var temperature : List.of(0.1f, 1f, 100f)) {
            for (var sampling :
                    List.of(Sampling.NEUTRAL.withTopK(1), Sampling.NEUTRAL.withTopP(0), Sampling.NEUTRAL.withMinP(1))) {
                var options = OPTIONS.withSampling(sampling.withTemperature(temperature));
                assertEquals(greedy, LLAMA.complete("t", options).text(), () -> options.sampling()
                        .toString());
            }
        }
    }

    @Test
    void filtersKeepWhatTheyPromise() {
        int current = VOCABULARY.id("▁t");
        var ranked = ranked(current);
        var logprobs = MODEL.logProbabilities(current);
        for (int i = 0; i < 60; i++) {
            int byTopK = first(Sampling.NEUTRAL.withTopK(3));
            assertTrue(ranked.subList(0, 3).contains(byTopK));
            int byMinP = first(Sampling.NEUTRAL.withMinP(0.5f));
            assertTrue(logprobs[byMinP] >= logprobs[ranked.getFirst()] + Math.log(0.5) - EPSILON);
        }
    }

    private static int first(Sampling sampling) {
        var options = CompletionOptions.DEFAULT.withMaxTokens(1).withSampling(sampling);
        return LLAMA.complete("t", options).tokens().getFirst().id();
    }

    @Test
    void drawsFollowTheDistribution() {
        int current = VOCABULARY.id("▁t");
        int likeliest = ranked(current).getFirst();
        double p = Math.exp(MODEL.logProbabilities(current)[likeliest]);
        int draws = 2_000;
        int hits = 0;
        for (int seed = 0; seed < draws; seed++) {
            hits += first(Sampling.NEUTRAL.withSeed(seed)) == likeliest ? 1 : 0;
        }
        double deviation = Math.sqrt(draws * p * (1 - p));
        assertEquals(draws * p, hits, 5 * deviation, "p = " + p);
    }

    @Test
    void biasAddsToTheLogitAndForbids() {
        assertEquals(9, first(Sampling.NEUTRAL.withLogitBias(Map.of(9, 100f))));
        int likeliest = ranked(VOCABULARY.id("▁t")).getFirst();
        int second = ranked(VOCABULARY.id("▁t")).get(1);
        assertEquals(second, first(Sampling.GREEDY.withLogitBias(Map.of(likeliest, Float.NEGATIVE_INFINITY))));
        fails(
                IllegalArgumentException.class,
                () -> first(Sampling.NEUTRAL.withLogitBias(Map.of(1_000_000, 1f))),
                "1000000",
                "vocabulary");
    }

    /// At temperature 0 each id is the argmax of the raw logits transformed by the stated formula.
    @Test
    void repeatPenaltyIsTheFormula() {
        for (boolean prompt : List.of(true, false)) {
            var penalties = Penalties.NONE.withRepeat(1.3f).withLastN(8).withPrompt(prompt);
            penalized(Sampling.GREEDY.withPenalties(penalties), prompt, (logit, id, seen) -> {
                var window = seen.subList(Math.max(seen.size() - 8, 0), seen.size());
                return !window.contains(id) ? logit : logit > 0 ? logit / 1.3f : logit * 1.3f;
            });
        }
    }

    @Test
    void frequencyAndPresenceAreTheFormula() {
        var penalties = Penalties.NONE.withFrequency(0.7f).withPresence(0.4f);
        penalized(Sampling.GREEDY.withPenalties(penalties), false, (logit, id, seen) -> {
            int count = Collections.frequency(seen, id);
            return logit - count * 0.7f - (count > 0 ? 0.4f : 0);
        });
    }

    @FunctionalInterface
    private interface Penalty {
        float apply(float logit, int id, List<Integer> seen);
    }

    private static void penalized(Sampling sampling, boolean prompt, Penalty penalty) {
        var completion = LLAMA.complete("the sand is on", OPTIONS.withSampling(sampling));
        var before = IntStream.of(LLAMA.tokenize("the sand is on")).boxed().toList();
        var seen = new ArrayList<>(prompt ? before : List.of());
        int current = before.getLast();
        assertTrue(completion.tokens().size() > 8, "long enough to show something");
        for (var token : completion.tokens()) {
            int best = 0;
            float max = Float.NEGATIVE_INFINITY;
            for (int id = 0; id < VOCABULARY.size(); id++) {
                float x = penalty.apply(MODEL.logit(current, id), id, seen);
                if (x > max) {
                    max = x;
                    best = id;
                }
            }
            assertEquals(best, token.id());
            seen.add(token.id());
            current = token.id();
        }
    }
}
