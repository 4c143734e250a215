package io.github.panallama;

import static io.github.panallama.Failures.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.FinishReason;
import io.github.panallama.completion.Token;
import io.github.panallama.fixture.BigramModel;
import io.github.panallama.fixture.Models;
import io.github.panallama.fixture.TestVocabulary;
import io.github.panallama.sampling.Sampling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Taking tokens, leaving early, closing and interrupting, on a model that never ends.
@Timeout(60)
class GenerationIT {
    static final BigramModel ENDLESS = BigramModel.builder(TestVocabulary.standard())
            .name("endless")
            .context(100_000)
            .chain("▁a", "t", "▁a")
            .build();
    static final CompletionOptions OPTIONS =
            CompletionOptions.DEFAULT.withSampling(Sampling.GREEDY).withMaxTokens(-1);

    private final Llama llama = Llama.load(Models.file(ENDLESS));

    @AfterEach
    void close() {
        llama.close();
    }

    private Generation endless() {
        return llama.generate("a", OPTIONS);
    }

    @Test
    void leavingTheLoopEarlyStopsTheWork() {
        int taken = 0;
        try (var generation = endless()) {
            for (var _ : generation) {
                if (++taken == 5) {
                    break;
                }
            }
        }
        // the slot is free again within a step: another request gets it at once
        var next =
                assertTimeoutPreemptively(Duration.ofSeconds(5), () -> llama.complete("a", OPTIONS.withMaxTokens(3)));
        assertEquals(3, next.tokens().size());
    }

    @Test
    void hasNextNeverSkipsAndNextNeverRepeats() {
        try (var generation = llama.generate("a", OPTIONS.withMaxTokens(4))) {
            var iterator = generation.iterator();
            var texts = new ArrayList<String>();
            while (iterator.hasNext() && generation.iterator().hasNext()) {
                texts.add(generation.iterator().next().text());
            }
            assertEquals(java.util.List.of("t", " a", "t", " a"), texts);
            assertFalse(iterator.hasNext());
            fails(NoSuchElementException.class, iterator::next);
            assertEquals("t at a", generation.result().text(), "the result has what was iterated");
            assertSame(generation.result(), generation.result());
        }
    }

    @Test
    void afterCloseNextThrowsAndTheResultIsThePartThatExists() {
        var generation = endless();
        var iterator = generation.iterator();
        var first = iterator.next();
        generation.close();
        generation.close();
        assertFalse(iterator.hasNext());
        fails(IllegalStateException.class, iterator::next, "closed", "result()");
        var part = generation.result();
        assertInstanceOf(FinishReason.Cancelled.class, part.finish());
        assertEquals(first, part.tokens().getFirst());
        assertTrue(part.text().startsWith("t at a".substring(0, part.tokens().size() > 1 ? 3 : 1)));
        assertTrue(part.usage().completionTokens() >= part.tokens().size());
    }

    @Test
    void closingAfterTheEndChangesNothing() {
        var generation = llama.generate("a", OPTIONS.withMaxTokens(2));
        assertEquals(new FinishReason.Length(), generation.result().finish());
        generation.close();
        assertEquals(new FinishReason.Length(), generation.result().finish());
    }

    @Test
    void closingTheStreamClosesTheGeneration() {
        var generation = endless();
        try (var stream = generation.stream()) {
            assertEquals("t at", stream.map(Token::text).limit(3).reduce("", String::concat));
        }
        assertInstanceOf(FinishReason.Cancelled.class, generation.result().finish());
    }

    @Test
    void closingFromAnotherThreadEndsTheLoop() throws InterruptedException {
        var generation = endless();
        var running = new CountDownLatch(1);
        var failure = new AtomicReference<Throwable>();
        var consumer = Thread.ofVirtual().start(() -> {
            try {
                for (var _ : generation) {
                    running.countDown();
                }
            } catch (IllegalStateException closedBetween) { // between hasNext and next
                failure.set(closedBetween);
            }
        });
        running.await();
        generation.close();
        assertTrue(consumer.join(Duration.ofSeconds(5)));
        assertInstanceOf(FinishReason.Cancelled.class, generation.result().finish());
    }

    @Test
    void anInterruptedCallerStopsWaitingAndKeepsItsFlag() throws InterruptedException {
        var thrown = new AtomicReference<Throwable>();
        var flag = new AtomicReference<Boolean>();
        var caller = Thread.ofPlatform().start(() -> {
            try {
                llama.complete("a", OPTIONS);
            } catch (CancellationException e) {
                thrown.set(e);
                flag.set(Thread.currentThread().isInterrupted());
            }
        });
        Thread.sleep(50);
        caller.interrupt();
        assertTrue(caller.join(Duration.ofSeconds(5)));
        assertInstanceOf(CancellationException.class, thrown.get());
        assertEquals(true, flag.get());
        assertEquals(2, llama.complete("a", OPTIONS.withMaxTokens(2)).tokens().size(), "the slot is free again");
    }

    @Test
    void aLongPromptIsCancelledWithinItsChunk() {
        var prompt = "t".repeat(7_000);
        var generation = llama.generate(prompt, OPTIONS);
        long start = System.nanoTime();
        generation.close();
        var part = generation.result();
        assertInstanceOf(FinishReason.Cancelled.class, part.finish());
        assertTrue(System.nanoTime() - start < 2_000_000_000L);
        assertEquals(2, llama.complete("a", OPTIONS.withMaxTokens(2)).tokens().size(), "and the next one is not hurt");
    }

    @Test
    void closingTheLlamaEndsRunningRequestsClearly() throws InterruptedException {
        var running = new CountDownLatch(1);
        var thrown = new AtomicReference<Throwable>();
        var caller = Thread.ofVirtual().start(() -> {
            try (var generation = endless()) {
                for (var _ : generation) {
                    running.countDown();
                }
            } catch (IllegalStateException e) {
                thrown.set(e);
            }
        });
        running.await();
        llama.close();
        assertTrue(caller.join(Duration.ofSeconds(5)));
        assertEquals(
                "Llama was closed while this request ran",
                String.valueOf(thrown.get().getMessage()));
    }

    @Test
    void afterCloseEverythingSaysSo() {
        llama.close();
        llama.close();
        fails(IllegalStateException.class, () -> llama.complete("a"), "Llama is closed");
        fails(IllegalStateException.class, () -> llama.generate("a", OPTIONS), "Llama is closed");
        fails(IllegalStateException.class, () -> llama.tokenize("a"), "Llama is closed");
        fails(IllegalStateException.class, () -> llama.detokenize(1), "Llama is closed");
        assertEquals("llama", llama.info().architecture(), "facts outlive the model");
    }
}
