package io.github.panallama;

import static io.github.panallama.Failures.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.completion.Cancel;
import io.github.panallama.completion.Completion;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.FinishReason;
import io.github.panallama.fixture.Models;
import io.github.panallama.fixture.RandomModel;
import io.github.panallama.fixture.TensorType;
import io.github.panallama.fixture.TestVocabulary;
import io.github.panallama.model.ModelOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Deadlines and handles, for requests that run, that wait, and that read a long prompt.
@Timeout(60)
class ControlIT {
    private static final CompletionOptions ENDLESS =
            CompletionOptions.DEFAULT.withMaxTokens(-1).withIgnoreEos(true);
    private static final Llama LLAMA = Llama.load(
            Models.file(GenerationIT.ENDLESS),
            ModelOptions.DEFAULT.withContextSize(200_000).withThreads(1));

    @AfterAll
    static void close() {
        LLAMA.close();
    }

    private static void cancelled(Completion completion, String reason) {
        var finish = assertInstanceOf(FinishReason.Cancelled.class, completion.finish());
        assertTrue(finish.reason().contains(reason), finish.reason());
    }

    @Test
    void aDeadlineGivesWhatThereIs() {
        long start = System.nanoTime();
        var completion = LLAMA.complete("a", ENDLESS.withDeadline(Duration.ofMillis(200)));
        long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        cancelled(completion, "the deadline of 0.2 s has passed");
        assertTrue(took >= 200 && took < 5_000, took + " ms");
        assertEquals(completion.tokens().size(), completion.usage().completionTokens());
        assertTrue(completion.usage().completionTokens() > 0);
        var inTime = LLAMA.complete("a", ENDLESS.withMaxTokens(3).withDeadline(Duration.ofMinutes(5)));
        assertEquals(new FinishReason.Length(), inTime.finish());
        fails(IllegalArgumentException.class, () -> ENDLESS.withDeadline(Duration.ZERO), "above zero");
    }

    /// A request whose arming fails would hold its slot for ever.
    @Test
    void aDeadlineMayBeAnyDuration() {
        for (var deadline : List.of(Duration.ofSeconds(Long.MAX_VALUE, 999_999_999), Duration.ofDays(200_000))) {
            var completion = LLAMA.complete("a", ENDLESS.withMaxTokens(3).withDeadline(deadline));
            assertEquals(new FinishReason.Length(), completion.finish());
        }
        cancelled(LLAMA.complete("a", ENDLESS.withDeadline(Duration.ofNanos(1))), "deadline");
    }

    @Test
    void aDeadlineHoldsWhileWaiting() {
        try (var running = LLAMA.generate("a", ENDLESS)) {
            assertTrue(running.iterator().hasNext());
            var executor = Executors.newVirtualThreadPerTaskExecutor();
            var waiting = executor.submit(() -> LLAMA.complete("a", ENDLESS.withDeadline(Duration.ofMillis(100))));
            var completion = waiting.get(30, TimeUnit.SECONDS);
            cancelled(completion, "deadline");
            assertEquals(List.of(), completion.tokens());
            executor.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void oneHandleEndsManyRequests() throws Exception {
        var cancel = new Cancel();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var tasks = new ArrayList<Callable<Completion>>();
            for (int i = 0; i < 20; i++) {
                tasks.add(() -> LLAMA.complete("a", ENDLESS.withCancel(cancel)));
            }
            var futures = tasks.stream().map(executor::submit).toList();
            Thread.sleep(200);
            cancel.cancel();
            cancel.cancel();
            for (var future : futures) {
                cancelled(future.get(30, TimeUnit.SECONDS), "cancelled by the caller");
            }
        }
        assertTrue(cancel.isCancelled());
        cancelled(LLAMA.complete("a", ENDLESS.withCancel(cancel)), "cancelled by the caller");
        assertEquals(2, LLAMA.complete("a", ENDLESS.withMaxTokens(2)).tokens().size(), "the next one works");
    }

    @Test
    void aLongPromptIsInterrupted() {
        var model = new RandomModel(TestVocabulary.standard(), TensorType.F32, 256, 65_536, 2);
        var options = ModelOptions.DEFAULT.withContextSize(65_536).withThreads(1);
        var prompt = "the sand and the sea ".repeat(5_000);
        try (var llama = Llama.load(model.file(), options)) {
            long start = System.nanoTime();
            var completion = llama.complete(prompt, ENDLESS.withDeadline(Duration.ofMillis(300)));
            long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            cancelled(completion, "deadline");
            assertTrue(took < 10_000, took + " ms");
            assertTrue(completion.timings().promptTokens() < completion.usage().promptTokens());
        }
    }

    @Test
    void registrationsAreGivenBack() {
        var cancel = new Cancel();
        var count = new int[1];
        var kept = cancel.onCancel(() -> count[0]++);
        var removed = cancel.onCancel(() -> count[0] += 10);
        removed.remove();
        LLAMA.complete("a", ENDLESS.withMaxTokens(2).withCancel(cancel));
        cancel.cancel();
        kept.remove();
        assertEquals(1, count[0]);
        cancel.onCancel(() -> count[0]++);
        assertEquals(2, count[0], "at once when it has been pulled");
    }
}
