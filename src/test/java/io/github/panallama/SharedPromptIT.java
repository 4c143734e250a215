package io.github.panallama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.completion.Cancel;
import io.github.panallama.completion.Completion;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.fixture.RandomModel;
import io.github.panallama.fixture.TensorType;
import io.github.panallama.fixture.TestVocabulary;
import io.github.panallama.model.ModelOptions;
import io.github.panallama.sampling.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What several requests have in common is evaluated once, even when they come at the same moment, and their answers
/// are
/// those that they would have alone.
@Timeout(120)
class SharedPromptIT {
    private static final int CHUNK = 128;
    private static final String SHARED = "the sand and the sea in a tin, again and again. ".repeat(24);
    private static final CompletionOptions OPTIONS = CompletionOptions.DEFAULT
            .withSampling(Sampling.NEUTRAL.withSeed(3))
            .withMaxTokens(12)
            .withLogprobs(2);

    private static Llama load(int parallel) {
        var options = ModelOptions.DEFAULT
                .withContextSize(2048)
                .withParallel(parallel)
                .withThreads(1)
                .withDeterministic(true);
        return Llama.load(
                new RandomModel(TestVocabulary.standard(), TensorType.F32, 64, 2048, 1).file(),
                options.withCompute(options.compute().withUbatchSize(CHUNK).withBatchSize(CHUNK)));
    }

    private static List<Completion> alone(List<String> prompts) {
        return prompts.stream()
                .map(prompt -> {
                    try (var llama = load(1)) {
                        return llama.complete(prompt, OPTIONS);
                    }
                })
                .toList();
    }

    private static int evaluated(List<Completion> completions) {
        return completions.stream()
                .mapToInt(completion -> completion.timings().promptTokens())
                .sum();
    }

    @Test
    void thePromptOfManyCompletionsIsEvaluatedOnce() {
        try (var llama = load(4)) {
            var completions = llama.completeAll(SHARED, OPTIONS.withN(4));
            assertEquals(completions.getFirst().usage().promptTokens(), evaluated(completions));
            try (var fresh = load(1)) {
                for (int i = 0; i < 4; i++) {
                    var expected = fresh.complete(SHARED, OPTIONS.withSampling(Sampling.NEUTRAL.withSeed(3 + i)));
                    assertEquals(expected.tokens(), completions.get(i).tokens());
                }
            }
        }
    }

    private static List<Future<Completion>> start(ExecutorService callers, Llama llama, List<String> prompts) {
        return prompts.stream()
                .map(prompt -> callers.submit(() -> llama.complete(prompt, OPTIONS)))
                .toList();
    }

    private static List<Completion> results(List<Future<Completion>> futures)
            throws InterruptedException, ExecutionException {
        var results = new ArrayList<Completion>();
        for (var future : futures) {
            results.add(future.get());
        }
        return results;
    }

    @Test
    void aCommonBeginningIsEvaluatedOnce() throws Exception {
        var prompts = List.of(SHARED + "one", SHARED + "two", SHARED + "three of them", SHARED + "for");
        var alone = alone(prompts);
        try (var llama = load(4);
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var together = results(start(callers, llama, prompts));
            for (int i = 0; i < prompts.size(); i++) {
                assertEquals(alone.get(i).tokens(), together.get(i).tokens());
            }
            int common = (alone.getFirst().usage().promptTokens() - 1) / CHUNK * CHUNK;
            assertEquals(evaluated(alone) - 3 * common, evaluated(together));
        }
    }

    @Test
    void whoeverWaitsGoesOnWhenTheFirstIsCancelled() throws Exception {
        var prompts = List.of(SHARED + "two", SHARED + "three");
        var alone = alone(prompts);
        try (var llama = load(3);
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 5; i++) {
                var cancel = new Cancel();
                var first = callers.submit(() -> llama.complete(SHARED + "one", OPTIONS.withCancel(cancel)));
                var others = start(callers, llama, prompts);
                cancel.cancel();
                var together = results(others);
                assertEquals(alone.get(0).tokens(), together.get(0).tokens());
                assertEquals(alone.get(1).tokens(), together.get(1).tokens());
                try {
                    first.get();
                } catch (ExecutionException e) {
                    assertInstanceOf(CancellationException.class, e.getCause());
                }
            }
        }
    }

    /// A text of which all rows are wanted is read in other shapes: nothing of it could be taken over. Its reader needs
    /// twice as many turns as the other.
    @Test
    void nobodyWaitsForWhatCannotBeTakenOver() throws Exception {
        var text = SHARED.repeat(3);
        try (var llama = load(2);
                var consumers = Executors.newVirtualThreadPerTaskExecutor()) {
            llama.complete("the sand", OPTIONS.withEcho(true)); // a slow first time of both ways
            llama.complete("the sea", OPTIONS);
            long start = System.nanoTime();
            try (var generation = llama.generate(text, OPTIONS.withEcho(true))) {
                var scored = consumers.submit(generation::result);
                llama.complete(text, OPTIONS.withMaxTokens(1));
                long other = System.nanoTime() - start;
                assertTrue(other < scored.get().timings().firstToken().toNanos());
            }
        }
    }

    @Test
    void whoeverDoesNotTakeItsTokensHoldsNobodyUp() {
        try (var llama = load(2);
                var stalled =
                        llama.generate(SHARED + "one", OPTIONS.withEcho(true).withMaxTokens(1))) {
            var completion = llama.complete(SHARED + "two", OPTIONS);
            assertEquals(12, completion.tokens().size());
            assertTrue(stalled.iterator().hasNext());
        }
    }

    @Test
    void aLongPrefixOutlivesShortRequests() {
        try (var llama = load(2)) {
            llama.complete(SHARED, OPTIONS);
            for (int i = 0; i < 3; i++) {
                llama.complete("the sand " + i, OPTIONS);
            }
            var again = llama.complete(SHARED + "more", OPTIONS);
            assertTrue(again.timings().promptTokens() <= CHUNK, again.timings().toString());
        }
    }

    /// A request that needs the beginning only leaves the rest to those that need it.
    @Test
    void aLongPrefixIsCopiedRatherThanCut() {
        try (var llama = load(2)) {
            var whole = SHARED + SHARED;
            llama.complete(whole, OPTIONS.withMaxTokens(1));
            var other = llama.complete(SHARED.substring(0, 600) + " other", OPTIONS);
            assertTrue(other.timings().promptTokens() < other.usage().promptTokens(), "the beginning is taken over");
            var again = llama.complete(whole, OPTIONS);
            assertTrue(again.timings().promptTokens() <= CHUNK, again.timings().toString());
        }
    }
}
