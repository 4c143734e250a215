package io.github.panallama;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.function.Executable;

/// Expects an exception that says what is wrong and the way out.
final class Failures {
    private Failures() {}

    /// Asserts that an exception is thrown and that its message has all of these parts.
    static <T extends Throwable> T fails(Class<T> type, Executable code, String... parts) {
        var thrown = assertThrows(type, code);
        var message = String.valueOf(thrown.getMessage());
        for (var part : parts) {
            assertTrue(message.contains(part), () -> "'" + part + "' is missing in: " + message);
        }
        return thrown;
    }
}
