package io.github.panallama.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TurnsTest {
    private static final int MANY = 10_000; // more than there are processors

    @Test
    void whoNeedsAllProcessorsWaitsForWhoHasThem() throws Exception {
        try (var others = Executors.newVirtualThreadPerTaskExecutor()) {
            int taken = Turns.take(MANY);
            var other = others.submit(() -> {
                int own = Turns.take(MANY);
                Turns.give(own);
                return own;
            });
            assertThrows(TimeoutException.class, () -> other.get(50, TimeUnit.MILLISECONDS));
            Turns.give(taken);
            assertEquals(taken, other.get());
            assertEquals(Runtime.getRuntime().availableProcessors(), taken);
        }
    }
}
