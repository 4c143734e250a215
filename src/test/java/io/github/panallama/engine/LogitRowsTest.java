package io.github.panallama.engine;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.error.InsufficientMemoryException;
import org.junit.jupiter.api.Test;

class LogitRowsTest {
    /// A hundred million rows fit nowhere.
    @Test
    void memoryIsRefusedWithTheFigureBeforeAnythingIsAllocated() {
        var refused = assertThrows(InsufficientMemoryException.class, () -> new LogitRows(0, 100_000_000, 151_936));
        assertTrue(String.valueOf(refused.getMessage()).contains("60,774,400,000,000 bytes"), refused::toString);
    }
}
