package io.github.panallama.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.completion.Bytes;
import io.github.panallama.completion.FinishReason;
import io.github.panallama.completion.Timings;
import io.github.panallama.completion.Token;
import io.github.panallama.completion.Usage;
import io.github.panallama.limits.GenerationLimits;
import io.github.panallama.limits.Length;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TokenChannelTest {
    private static final Token TOKEN = new Token(1, "a", Bytes.of((byte) 'a'), 0, Optional.empty());
    private static final Outcome OUTCOME = new Outcome(
            new FinishReason.Length(),
            new Usage(1, 1),
            7,
            GenerationLimits.NONE.apply(Length.tokens(1), 1, 8),
            Timings.NONE);

    private final AtomicInteger rooms = new AtomicInteger();
    private final TokenChannel channel = new TokenChannel(rooms::incrementAndGet, TokenChannel.CAPACITY);

    @Test
    void aFullChannelSaysSoAndTellsWhenThereIsRoom() throws InterruptedException {
        for (int i = 0; i < TokenChannel.CAPACITY; i++) {
            assertTrue(channel.hasRoom());
            channel.put(TOKEN);
        }
        assertFalse(channel.hasRoom());
        assertEquals(0, rooms.get());
        assertSame(TOKEN, channel.take(false));
        assertEquals(1, rooms.get());
        assertTrue(channel.hasRoom());
    }

    @Test
    void tokensBeforeTheEndAreNotLost() throws InterruptedException {
        channel.put(TOKEN);
        channel.finish(OUTCOME);
        assertSame(TOKEN, channel.take(false));
        assertNull(channel.take(false));
        assertNull(channel.take(false), "the end can be asked for again");
        assertSame(OUTCOME, channel.outcome());
    }

    @Test
    void tokensBeforeAFailureAreNotLost() throws InterruptedException {
        channel.put(TOKEN);
        channel.fail(new IllegalStateException("boom"));
        assertSame(TOKEN, channel.take(false));
        assertThrows(IllegalStateException.class, () -> channel.take(false));
        assertThrows(IllegalStateException.class, () -> channel.take(false));
    }

    /// A consumer that waits already.
    private FutureTask<@Nullable Token> patient() {
        var task = new FutureTask<@Nullable Token>(() -> channel.take(true));
        var thread = Thread.ofPlatform().daemon().start(task);
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        return task;
    }

    @Test
    void aPatientConsumerWaitsForManyOrTheEnd() throws Exception {
        var many = patient();
        for (int i = 1; i < TokenChannel.CAPACITY / 2; i++) {
            channel.put(TOKEN);
        }
        assertThrows(TimeoutException.class, () -> many.get(50, TimeUnit.MILLISECONDS));
        channel.put(TOKEN);
        assertSame(TOKEN, many.get());
        for (int i = 1; i < TokenChannel.CAPACITY / 2; i++) {
            assertSame(TOKEN, channel.take(true), "what is there is taken at once");
        }
        var end = patient();
        channel.put(TOKEN);
        channel.finish(OUTCOME);
        assertSame(TOKEN, end.get());
    }

    @Test
    void theFirstEndCounts() {
        channel.finish(OUTCOME);
        channel.fail(new IllegalStateException("late"));
        assertSame(OUTCOME, channel.outcome());
    }

    @Test
    void anInterruptedConsumerStopsWaiting() {
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> channel.take(false));
    }

    @Test
    void thereIsNoOutcomeBeforeTheEnd() {
        assertThrows(IllegalStateException.class, channel::outcome);
    }
}
