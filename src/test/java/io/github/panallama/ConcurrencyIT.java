package io.github.panallama;

import static io.github.panallama.Failures.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.completion.Completion;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.FinishReason;
import io.github.panallama.error.QueueFullException;
import io.github.panallama.fixture.Models;
import io.github.panallama.fixture.TensorType;
import io.github.panallama.model.ModelOptions;
import io.github.panallama.sampling.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Many callers on one model.
@Timeout(120)
class ConcurrencyIT {
    private static final ModelOptions FOUR =
            ModelOptions.DEFAULT.withContextSize(512).withParallel(4).withThreads(1);

    /// Greedy requests of different lengths, with log-probabilities; a model with real attention.
    @Test
    void everyoneGetsTheAnswerTheyWouldGetAlone() throws Exception {
        var prompts = List.of("the sand", "a", "is the rain in the north and the south?", "t".repeat(100), "é日😀");
        var options = CompletionOptions.DEFAULT
                .withSampling(Sampling.GREEDY)
                .withMaxTokens(40)
                .withLogprobs(2);
        try (var llama = Llama.load(Models.random(TensorType.Q8_0).file(), FOUR)) {
            var alone = prompts.stream().map(p -> llama.complete(p, options)).toList();
            for (var executor :
                    List.of(Executors.newFixedThreadPool(32), Executors.newVirtualThreadPerTaskExecutor())) {
                for (int i = 0; i < 2; i++) {
                    var together = all(executor, 32, n -> llama.complete(prompts.get(n % prompts.size()), options));
                    for (int n = 0; n < together.size(); n++) {
                        var expected = alone.get(n % prompts.size());
                        assertEquals(expected.text(), together.get(n).text());
                        assertEquals(expected.tokens(), together.get(n).tokens(), "log-probabilities included");
                        assertEquals(expected.usage(), together.get(n).usage());
                    }
                }
                executor.close();
            }
        }
    }

    @FunctionalInterface
    private interface Request {
        Completion run(int n);
    }

    private static List<Completion> all(ExecutorService executor, int count, Request request)
            throws InterruptedException, ExecutionException {
        var futures = new ArrayList<Future<Completion>>();
        for (int n = 0; n < count; n++) {
            int number = n;
            Callable<Completion> task = () -> request.run(number);
            futures.add(executor.submit(task));
        }
        var results = new ArrayList<Completion>();
        for (var future : futures) {
            results.add(future.get());
        }
        return results;
    }

    @Test
    void aStalledConsumerPausesOnlyItself() {
        try (var llama = Llama.load(Models.file(GenerationIT.ENDLESS), FOUR.withParallel(2))) {
            var stalled = llama.generate("a", GenerationIT.OPTIONS); // its buffer fills, nobody takes
            for (int i = 0; i < 3; i++) {
                assertEquals(
                        200,
                        llama.complete("a", GenerationIT.OPTIONS.withMaxTokens(200))
                                .tokens()
                                .size());
            }
            int taken = 0;
            for (var _ : stalled) {
                if (++taken == 300) {
                    break;
                }
            }
            assertEquals(300, taken, "it goes on when its consumer does");
            stalled.close();
        }
    }

    @Test
    void aNestedRequestThatCouldNeverRunFailsFast() {
        try (var llama = Llama.load(Models.file(GenerationIT.ENDLESS))) {
            try (var outer = llama.generate("a", GenerationIT.OPTIONS)) {
                fails(
                        IllegalStateException.class,
                        () -> llama.complete("a", GenerationIT.OPTIONS.withMaxTokens(1)),
                        "unfinished generations",
                        "parallel");
                assertTrue(outer.iterator().hasNext(), "the outer one is not hurt");
            }
            assertEquals(
                    1,
                    llama.complete("a", GenerationIT.OPTIONS.withMaxTokens(1))
                            .tokens()
                            .size());
        }
    }

    @Test
    void aNestedRequestWithASlotOfItsOwnRuns() {
        try (var llama = Llama.load(Models.file(GenerationIT.ENDLESS), FOUR.withParallel(2));
                var outer = llama.generate("a", GenerationIT.OPTIONS)) {
            for (var _ : outer) {
                assertEquals(
                        2,
                        llama.complete("a", GenerationIT.OPTIONS.withMaxTokens(2))
                                .tokens()
                                .size());
                break;
            }
        }
    }

    @Test
    void aFullQueueRefusesAndAWaitingRequestCanBeCancelled() throws Exception {
        try (var llama = Llama.load(Models.file(GenerationIT.ENDLESS), ModelOptions.DEFAULT.withQueue(1));
                var running = llama.generate("a", GenerationIT.OPTIONS);
                var others = Executors.newVirtualThreadPerTaskExecutor()) {
            assertTrue(running.iterator().hasNext());
            var waiting = others.submit(() -> llama.generate("a", GenerationIT.OPTIONS))
                    .get();
            var refused = others.submit(() -> fails(
                    QueueFullException.class, () -> llama.generate("a", GenerationIT.OPTIONS), "1 wait", "queue"));
            refused.get();
            waiting.close();
            var cancelled = others.submit(waiting::result).get();
            assertInstanceOf(FinishReason.Cancelled.class, cancelled.finish());
            assertEquals("", cancelled.text());
        }
    }

    @Test
    void theQueueMayBeOfAnyLength() {
        var options = ModelOptions.DEFAULT.withContextSize(64).withThreads(1);
        var two = GenerationIT.OPTIONS.withMaxTokens(2).withN(2);
        try (var llama = Llama.load(Models.file(GenerationIT.ENDLESS), options.withQueue(Integer.MAX_VALUE))) {
            assertEquals(2, llama.completeAll("a", two).size());
        }
        try (var llama = Llama.load(Models.file(GenerationIT.ENDLESS), options.withQueue(0))) {
            fails(QueueFullException.class, () -> llama.completeAll("a", two), "2 more", "queue = 1");
            assertEquals(2, llama.complete("a", two.withN(1)).tokens().size(), "none of them was taken");
        }
    }
}
