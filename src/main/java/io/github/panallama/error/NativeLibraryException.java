package io.github.panallama.error;

/// The native library is missing, does not match these classes, or was refused by the JVM.
public final class NativeLibraryException extends LlamaException {
    /// Creates it.
    ///
    /// @param message what is wrong and the way out
    public NativeLibraryException(String message) {
        super(message);
    }

    /// Creates it with the error behind it.
    ///
    /// @param message what is wrong and the way out
    /// @param cause the error behind it
    public NativeLibraryException(String message, Throwable cause) {
        super(message, cause);
    }
}
