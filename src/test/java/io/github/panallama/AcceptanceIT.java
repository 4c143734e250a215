package io.github.panallama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.completion.Bytes;
import io.github.panallama.completion.Candidate;
import io.github.panallama.completion.Completion;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.Token;
import io.github.panallama.fixture.BigramModel;
import io.github.panallama.fixture.Models;
import io.github.panallama.fixture.TestVocabulary;
import io.github.panallama.model.ModelOptions;
import io.github.panallama.sampling.Penalties;
import io.github.panallama.sampling.Sampling;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// What users of other bindings try first, on a flat model whose every token is far from certain.
class AcceptanceIT {
    private static final BigramModel MODEL = BigramModel.builder(TestVocabulary.standard())
            .name("flat")
            .deviation(1)
            .never("</s>")
            .build();
    private static final CompletionOptions NEUTRAL =
            CompletionOptions.DEFAULT.withSampling(Sampling.NEUTRAL).withMaxTokens(16);
    private static final Llama LLAMA = Llama.load(
            Models.file(MODEL), ModelOptions.DEFAULT.withContextSize(4096).withThreads(1));

    @AfterAll
    static void close() {
        LLAMA.close();
    }

    private static List<Integer> ids(Completion completion) {
        return completion.tokens().stream().map(Token::id).toList();
    }

    /// The longer the answer may be the more of it there is, and what there is does not change.
    @Test
    void aCapCutsAndNothingElse() {
        var options = NEUTRAL.withSampling(Sampling.DEFAULT.withSeed(9));
        var longest = ids(LLAMA.complete("the", options.withMaxTokens(100)));
        for (int max : new int[] {0, 1, 7, 40}) {
            assertEquals(longest.subList(0, max), ids(LLAMA.complete("the", options.withMaxTokens(max))));
        }
        var little = medianNanos(200);
        var much = medianNanos(2000);
        assertTrue(much > little, () -> "2,000 tokens took " + much + " ns, 200 took " + little);
    }

    private static long medianNanos(int tokens) {
        return IntStream.range(0, 3)
                .mapToLong(i -> {
                    long start = System.nanoTime();
                    assertEquals(
                            tokens,
                            LLAMA.complete("the", NEUTRAL.withMaxTokens(tokens))
                                    .tokens()
                                    .size());
                    return System.nanoTime() - start;
                })
                .sorted()
                .skip(1)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void withoutASeedAnswersDiffer() {
        var texts = new HashSet<List<Integer>>();
        var seeds = new HashSet<Long>();
        for (int i = 0; i < 10; i++) {
            var completion = LLAMA.complete("the", NEUTRAL);
            texts.add(ids(completion));
            seeds.add(completion.seed());
            var replay = NEUTRAL.withSampling(Sampling.NEUTRAL.withSeed(completion.seed()));
            assertEquals(completion.tokens(), LLAMA.complete("the", replay).tokens(), "the reported seed repeats it");
        }
        assertTrue(texts.size() > 5 && seeds.size() == 10, texts.size() + " texts, " + seeds.size() + " seeds");
        try (var again = Llama.load(Models.file(MODEL))) { // no chain of seeds that begins anew with each load
            assertFalse(texts.contains(ids(again.complete("the", NEUTRAL))));
        }
    }

    @Test
    void topKIsALimitAndItsAbsenceNone() {
        var options = NEUTRAL.withMaxTokens(400).withLogprobs(0);
        assertTrue(LLAMA.complete("the", options.withSampling(Sampling.NEUTRAL.withSeed(1))).tokens().stream()
                .anyMatch(token -> rank(token) > 40));
        assertTrue(
                LLAMA
                        .complete(
                                "the",
                                options.withSampling(
                                        Sampling.NEUTRAL.withTopK(40).withSeed(1)))
                        .tokens()
                        .stream()
                        .allMatch(token -> rank(token) <= 40));
    }

    private static int rank(Token token) {
        return token.logprobs().orElseThrow().rank();
    }

    /// Of the draws right after a token, fewer repeat it when it is penalised: by the share that the formula gives.
    @Test
    void repetitionIsLowered() {
        int current = MODEL.vocabulary().id("e");
        var logprobs = MODEL.logProbabilities(current);
        int favourite = MODEL.greedy(current);
        var bias = Sampling.NEUTRAL.withLogitBias(Map.of(favourite, 3f));
        var penalised = bias.withPenalties(Penalties.NONE.withRepeat(5).withPrompt(true));
        int[] prompt = {favourite, current};
        assertTrue(logprobs[favourite] < Math.log(0.5), "not certain");
        assertTrue(share(prompt, favourite, penalised) < share(prompt, favourite, bias) / 2);
    }

    private static double share(int[] prompt, int token, Sampling sampling) {
        var drawn = new ArrayList<Integer>();
        for (int seed = 0; seed < 300; seed++) {
            var options = NEUTRAL.withMaxTokens(1).withSampling(sampling.withSeed(seed));
            drawn.addAll(ids(LLAMA.complete(prompt, options)));
        }
        return drawn.stream().filter(id -> id == token).count() / 300.0;
    }

    /// Alternatives carry what is needed to tell them apart when their texts are alike.
    @Test
    void alternativesHaveIdsTextsAndBytes() {
        var options = NEUTRAL.withMaxTokens(1).withLogprobs(1_000_000);
        var all = LLAMA.complete("the", options)
                .tokens()
                .getFirst()
                .logprobs()
                .orElseThrow()
                .top();
        Set<Integer> ids = new HashSet<>(all.stream().map(Candidate::id).toList());
        assertEquals(MODEL.vocabulary().size(), ids.size());
        for (var candidate : all) {
            var printed = MODEL.vocabulary().printed(candidate.id());
            if (printed.length > 0) {
                assertEquals(Bytes.of(printed), candidate.bytes());
            }
        }
    }
}
