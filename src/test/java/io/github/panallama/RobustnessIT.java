package io.github.panallama;

import static io.github.panallama.Failures.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.FinishReason;
import io.github.panallama.fixture.Models;
import io.github.panallama.model.ModelOptions;
import io.github.panallama.sampling.Sampling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What careless or unlucky callers do.
@Timeout(60)
class RobustnessIT {
    private static final CompletionOptions OPTIONS = GenerationIT.OPTIONS;

    private static Llama endless(ModelOptions options) {
        return Llama.load(Models.file(GenerationIT.ENDLESS), options.withThreads(1));
    }

    @Test
    void aGenerationThatNobodyClosesGivesItsSlotBack() throws Exception {
        try (var llama = endless(ModelOptions.DEFAULT);
                var other = Executors.newSingleThreadExecutor()) {
            assertEquals(3, llama.generate("a", OPTIONS).stream().limit(3).count());
            var next = other.submit(() -> llama.complete("a", OPTIONS.withMaxTokens(2)));
            while (!next.isDone()) {
                System.gc();
                Thread.sleep(20);
            }
            assertEquals(2, next.get().tokens().size());
        }
    }

    @Test
    void callersThatWaitForEachOtherAreToldSo() throws Exception {
        try (var llama = endless(ModelOptions.DEFAULT.withParallel(2));
                var callers = Executors.newFixedThreadPool(2)) {
            var both = new CyclicBarrier(2);
            var refused = new ArrayList<Future<Boolean>>();
            for (int i = 0; i < 2; i++) {
                refused.add(callers.submit(() -> {
                    try (var outer = llama.generate("a", OPTIONS)) {
                        assertTrue(outer.iterator().hasNext());
                        both.await();
                        llama.complete("a", OPTIONS.withMaxTokens(1));
                        return false;
                    } catch (IllegalStateException e) {
                        return true;
                    }
                }));
            }
            boolean first = refused.get(0).get(); // both must have ended
            assertTrue(refused.get(1).get() || first);
        }
    }

    @Test
    void aGenerationHandedToAnotherThreadIsThatThreads() throws Exception {
        try (var llama = endless(ModelOptions.DEFAULT);
                var worker = Executors.newSingleThreadExecutor()) {
            var handed = llama.generate("a", OPTIONS.withMaxTokens(500));
            assertTrue(worker.submit(() -> handed.iterator().hasNext()).get());
            var rest = worker.submit(handed::result);
            assertEquals(
                    1, llama.complete("a", OPTIONS.withMaxTokens(1)).tokens().size(), "it waits for its turn");
            assertEquals(500, rest.get().tokens().size());
        }
    }

    @Test
    void aClosedGenerationCountsNoMore() {
        try (var llama = endless(ModelOptions.DEFAULT.withQueue(0))) {
            for (int i = 0; i < 100; i++) {
                try (var generation = llama.generate("a", OPTIONS)) {
                    assertTrue(generation.iterator().hasNext());
                }
            }
        }
    }

    @Test
    void aSecondWaiterCanBeInterrupted() throws InterruptedException {
        try (var llama = endless(ModelOptions.DEFAULT)) {
            var generation = llama.generate("a", OPTIONS);
            var first = Thread.ofVirtual().start(generation::result);
            var thrown = new AtomicReference<Throwable>();
            var second = Thread.ofPlatform().start(() -> {
                try {
                    generation.result();
                } catch (CancellationException e) {
                    thrown.set(e);
                }
            });
            Thread.sleep(50);
            second.interrupt();
            assertTrue(second.join(Duration.ofSeconds(5)));
            assertInstanceOf(CancellationException.class, thrown.get());
            assertTrue(first.join(Duration.ofSeconds(5)));
            assertInstanceOf(FinishReason.Cancelled.class, generation.result().finish());
        }
    }

    @Test
    void closingOnAnInterruptedThreadIsStillClosing() {
        var llama = endless(ModelOptions.DEFAULT);
        Thread.currentThread().interrupt();
        llama.close();
        assertTrue(Thread.interrupted(), "the flag is kept");
        fails(IllegalStateException.class, () -> llama.tokenize("a"), "closed");
    }

    @Test
    void aRunThatNoTokenizersStackHoldsIsRefused() {
        try (var llama = endless(ModelOptions.DEFAULT)) {
            fails(IllegalArgumentException.class, () -> llama.tokenize("!".repeat(3_000_000)), "run", "1,048,576");
            assertTrue(llama.tokenize("! ".repeat(600_000)).length > 0);
        }
    }

    @Test
    void typicalSamplingSurvivesForbiddenTokens() {
        try (var llama = Llama.load(Models.file(Models.bigram()), ModelOptions.DEFAULT.withThreads(1))) {
            var typical = Sampling.NEUTRAL.withTypicalP(0.2f);
            var open = new TreeSet<Integer>();
            var biased = new TreeSet<Integer>();
            for (int seed = 0; seed < 100; seed++) {
                open.add(first(llama, typical.withSeed(seed)));
                biased.add(first(llama, typical.withSeed(seed).withLogitBias(Map.of(0, Float.NEGATIVE_INFINITY))));
            }
            open.remove(0);
            assertTrue(biased.size() <= open.size() + 3, () -> open + " against " + biased);
        }
    }

    private static int first(Llama llama, Sampling sampling) {
        var options = CompletionOptions.DEFAULT.withMaxTokens(1).withSampling(sampling);
        var tokens = llama.complete("t", options).tokens();
        return tokens.isEmpty() ? -1 : tokens.getFirst().id();
    }

    @Test
    void theColdestTemperatureIsGreedy() {
        try (var llama = Llama.load(Models.file(Models.bigram()), ModelOptions.DEFAULT.withThreads(1))) {
            assertEquals(
                    first(llama, Sampling.GREEDY), first(llama, Sampling.NEUTRAL.withTemperature(Float.MIN_VALUE)));
        }
    }
}
