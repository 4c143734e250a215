package io.github.panallama.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// With an address that is never followed, and a destructor that counts.
class HandleTest {
    private final AtomicInteger freed = new AtomicInteger();

    private final class Fake extends Handle {
        Fake(long address) {
            super(MemorySegment.ofAddress(address), _ -> freed.incrementAndGet());
        }
    }

    @Test
    void freesOnceHoweverOftenItIsClosed() {
        var handle = new Fake(0x1234);
        assertEquals(0x1234, handle.pointer().address());
        handle.close();
        handle.close();
        assertEquals(1, freed.get());
    }

    @Test
    void freesOnceUnder32Threads() throws InterruptedException {
        for (int round = 0; round < 50; round++) {
            freed.set(0);
            var handle = new Fake(0x1234);
            var go = new CountDownLatch(1);
            try (var threads = Executors.newFixedThreadPool(32)) {
                for (int i = 0; i < 32; i++) {
                    threads.execute(() -> {
                        try {
                            go.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                        handle.close();
                    });
                }
                go.countDown();
            }
            assertEquals(1, freed.get());
        }
    }

    @Test
    void useAfterCloseNamesTheClass() {
        var handle = new Fake(0x1234);
        handle.close();
        var e = assertThrows(IllegalStateException.class, handle::pointer);
        assertEquals("Fake is closed", e.getMessage());
    }

    @Test
    void nullIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Fake(0));
        assertTrue(freed.get() == 0);
    }
}
