package io.github.panallama.error;

/// llama.cpp failed while evaluating tokens. The engine has recovered or, where it could not, is closed.
public final class DecodeException extends LlamaException {
    /// Creates it.
    ///
    /// @param message what is wrong and the way out
    public DecodeException(String message) {
        super(message);
    }

    /// Creates it with the error behind it.
    ///
    /// @param message what is wrong and the way out
    /// @param cause the error behind it
    public DecodeException(String message, Throwable cause) {
        super(message, cause);
    }
}
