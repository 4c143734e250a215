package io.github.panallama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.completion.Completion;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.fixture.RandomModel;
import io.github.panallama.fixture.TensorType;
import io.github.panallama.fixture.TestVocabulary;
import io.github.panallama.model.ModelOptions;
import io.github.panallama.sampling.Sampling;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A prompt whose beginning was evaluated before is not evaluated again, and nobody can tell from the answer: a model
/// with real attention, in the types that panallama quantizes for its tests.
class PrefixReuseIT {
    private static final String SHARED = "the sand and the sea in a tin, again and again. ".repeat(24);
    private static final int CHUNK = 128;
    private static final CompletionOptions OPTIONS = CompletionOptions.DEFAULT
            .withSampling(Sampling.NEUTRAL.withSeed(3))
            .withMaxTokens(24)
            .withLogprobs(3);

    private static Llama load(TensorType type, int parallel) {
        var model = new RandomModel(TestVocabulary.standard(), type, 64, 2048, 1);
        var options = ModelOptions.DEFAULT
                .withContextSize(2048)
                .withParallel(parallel)
                .withThreads(1);
        return Llama.load(
                model.file(),
                options.withCompute(options.compute().withUbatchSize(CHUNK).withBatchSize(CHUNK)));
    }

    private static void same(Completion expected, Completion actual) {
        assertEquals(expected.tokens(), actual.tokens(), "log-probabilities bit for bit");
        assertEquals(expected.usage(), actual.usage());
    }

    @ParameterizedTest
    @EnumSource(TensorType.class)
    void theAnswerIsThatOfAFreshModel(TensorType type) {
        var prompts = List.of(SHARED, SHARED + "one", SHARED + "two more", SHARED.substring(0, 900), "the sand");
        for (var prompt : prompts) {
            Completion cold;
            try (var llama = load(type, 1)) {
                cold = llama.complete(prompt, OPTIONS);
                assertEquals(cold.usage().promptTokens(), cold.timings().promptTokens());
                same(cold, llama.complete(prompt, OPTIONS));
            }
            try (var llama = load(type, 1)) { // after others, and after a restart
                prompts.forEach(other -> llama.complete(other, OPTIONS.withMaxTokens(5)));
                llama.score(SHARED);
                llama.complete(SHARED, OPTIONS.withEcho(true).withMaxTokens(0));
                same(cold, llama.complete(prompt, OPTIONS));
                same(cold, llama.complete(prompt, OPTIONS));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = TensorType.class, names = "F32")
    void wholeChunksAreReused(TensorType type) {
        try (var llama = load(type, 1)) {
            int length = llama.complete(SHARED, OPTIONS).usage().promptTokens();
            int whole = (length - 1) / CHUNK * CHUNK;
            var again = llama.complete(SHARED + "more", OPTIONS);
            assertEquals(again.usage().promptTokens() - whole, again.timings().promptTokens());
            var other = llama.complete("x" + SHARED, OPTIONS);
            assertEquals(other.usage().promptTokens(), other.timings().promptTokens(), "nothing in common");
            llama.score(SHARED);
            var scored = llama.complete(SHARED, OPTIONS);
            assertEquals(length, scored.timings().promptTokens(), "a text that was scored was read in other shapes");
        }
        try (var llama = load(type, 2)) {
            llama.complete(SHARED, OPTIONS);
            llama.complete("the sand", OPTIONS);
            var again = llama.complete(SHARED, OPTIONS);
            assertTrue(
                    again.timings().promptTokens() <= CHUNK,
                    "the slot that has the prompt is taken, not the first one");
        }
    }
}
