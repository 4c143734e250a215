package io.github.panallama.engine;

import io.github.panallama.error.InsufficientMemoryException;

/// What a request's caller gets when something other than an exception ended it.
final class Failures {
    private Failures() {}

    /// {@return the exception for the caller}
    ///
    /// @param cause what was thrown on the engine's thread
    static RuntimeException of(Throwable cause) {
        return switch (cause) {
            case RuntimeException e -> e;
            case OutOfMemoryError e ->
                new InsufficientMemoryException(
                        "the Java heap or its direct memory is full: raise -Xmx, or ask for fewer logprobs", e);
            default -> new IllegalStateException("the engine failed (%s): please report".formatted(cause), cause);
        };
    }
}
