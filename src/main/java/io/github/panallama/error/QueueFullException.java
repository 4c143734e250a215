package io.github.panallama.error;

/// More requests are waiting than the queue may hold: try again later, or load with more parallel slots.
public final class QueueFullException extends LlamaException {
    /// Creates it.
    ///
    /// @param message what is wrong and the way out
    public QueueFullException(String message) {
        super(message);
    }

    /// Creates it with the error behind it.
    ///
    /// @param message what is wrong and the way out
    /// @param cause the error behind it
    public QueueFullException(String message, Throwable cause) {
        super(message, cause);
    }
}
