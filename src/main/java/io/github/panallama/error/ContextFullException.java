package io.github.panallama.error;

/// The prompt does not fit the context window: shorten it or load with a larger context size.
public final class ContextFullException extends LlamaException {
    /// Creates it.
    ///
    /// @param message what is wrong and the way out
    public ContextFullException(String message) {
        super(message);
    }

    /// Creates it with the error behind it.
    ///
    /// @param message what is wrong and the way out
    /// @param cause the error behind it
    public ContextFullException(String message, Throwable cause) {
        super(message, cause);
    }
}
