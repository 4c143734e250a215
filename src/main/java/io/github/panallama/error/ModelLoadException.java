package io.github.panallama.error;

/// The model cannot be loaded: not found, damaged, or of a kind that this build does not support.
public final class ModelLoadException extends LlamaException {
    /// Creates it.
    ///
    /// @param message what is wrong and the way out
    public ModelLoadException(String message) {
        super(message);
    }

    /// Creates it with the error behind it.
    ///
    /// @param message what is wrong and the way out
    /// @param cause the error behind it
    public ModelLoadException(String message, Throwable cause) {
        super(message, cause);
    }
}
