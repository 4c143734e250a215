package io.github.panallama.http.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.completion.Cancel;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class ChoicesTest {
    @Test
    void keepTheirOrderAndNeverExceedTheSlots() {
        var running = new AtomicInteger();
        var most = new AtomicInteger();
        var made = Choices.all(20, 3, new Cancel(), (index, _) -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            LockSupport.parkNanos(100_000);
            running.decrementAndGet();
            return index;
        });
        assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19), made);
        assertTrue(most.get() <= 3);
    }

    @Test
    void oneThatFailsEndsTheOthers() {
        var failure = assertThrows(
                IllegalArgumentException.class,
                () -> Choices.all(3, 2, new Cancel(), (index, cancel) -> {
                    if (index == 1) {
                        throw new IllegalArgumentException("one");
                    }
                    await(cancel);
                    throw new CancellationException("ended");
                }));
        assertEquals("one", failure.getMessage());
    }

    @Test
    void theCallersHandleEndsThemAll() {
        var cancel = new Cancel();
        assertThrows(
                CancellationException.class,
                () -> Choices.all(3, 1, cancel, (_, own) -> {
                    cancel.cancel();
                    await(own);
                    throw new CancellationException("ended");
                }));
    }

    private static void await(Cancel cancel) {
        var pulled = new CountDownLatch(1);
        var _ = cancel.onCancel(pulled::countDown);
        try {
            pulled.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
