package io.github.panallama.error;

/// The model or its context does not fit the memory at hand.
public final class InsufficientMemoryException extends LlamaException {
    /// Creates it.
    ///
    /// @param message what is wrong and the way out
    public InsufficientMemoryException(String message) {
        super(message);
    }

    /// Creates it with the error behind it.
    ///
    /// @param message what is wrong and the way out
    /// @param cause the error behind it
    public InsufficientMemoryException(String message, Throwable cause) {
        super(message, cause);
    }
}
