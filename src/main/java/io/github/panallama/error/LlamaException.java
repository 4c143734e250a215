package io.github.panallama.error;

/// What can go wrong beyond a wrong argument. A subclass exists where a caller would act differently.
/// Every message says what is wrong and the way out.
public abstract sealed class LlamaException extends RuntimeException
        permits ModelLoadException,
                ContextFullException,
                DecodeException,
                NativeLibraryException,
                InsufficientMemoryException,
                QueueFullException,
                WorkerDiedException {
    LlamaException(String message) {
        super(message);
    }

    LlamaException(String message, Throwable cause) {
        super(message, cause);
    }
}
