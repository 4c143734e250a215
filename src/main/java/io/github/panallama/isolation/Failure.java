package io.github.panallama.isolation;

import io.github.panallama.error.ContextFullException;
import io.github.panallama.error.DecodeException;
import io.github.panallama.error.InsufficientMemoryException;
import io.github.panallama.error.ModelLoadException;
import io.github.panallama.error.NativeLibraryException;
import io.github.panallama.error.QueueFullException;
import io.github.panallama.error.WorkerDiedException;
import java.util.Objects;
import java.util.concurrent.CancellationException;

/// An exception on its way from one process to the other: the kinds that callers know, anything else as a defect.
///
/// @param kind what it is
/// @param message what it says
/// @param promptTokens of a full context
record Failure(Kind kind, String message, int promptTokens) {
    enum Kind {
        ARGUMENT,
        STATE,
        UNSUPPORTED,
        INDEX,
        CANCELLED,
        CONTEXT_FULL,
        DECODE,
        MEMORY,
        MODEL,
        LIBRARY,
        QUEUE_FULL,
        DEFECT
    }

    static Failure of(Throwable thrown) {
        var kind =
                switch (thrown) {
                    case CancellationException _ -> Kind.CANCELLED; // before what it extends
                    case IllegalStateException _ -> Kind.STATE;
                    case IllegalArgumentException _ -> Kind.ARGUMENT;
                    case UnsupportedOperationException _ -> Kind.UNSUPPORTED;
                    case IndexOutOfBoundsException _ -> Kind.INDEX;
                    case ContextFullException _ -> Kind.CONTEXT_FULL;
                    case DecodeException _ -> Kind.DECODE;
                    case InsufficientMemoryException _, OutOfMemoryError _ -> Kind.MEMORY;
                    case ModelLoadException _ -> Kind.MODEL;
                    case NativeLibraryException _ -> Kind.LIBRARY;
                    case QueueFullException _ -> Kind.QUEUE_FULL;
                    default -> Kind.DEFECT;
                };
        var message = kind == Kind.DEFECT ? thrown.toString() : Objects.toString(thrown.getMessage(), "");
        int promptTokens = thrown instanceof ContextFullException full ? full.promptTokens() : 0;
        return new Failure(kind, message, promptTokens);
    }

    /// {@return the exception for the caller, whose own stack it bears}
    RuntimeException exception() {
        return switch (kind) {
            case ARGUMENT -> new IllegalArgumentException(message);
            case STATE -> new IllegalStateException(message);
            case UNSUPPORTED -> new UnsupportedOperationException(message);
            case INDEX -> new IndexOutOfBoundsException(message);
            case CANCELLED -> new CancellationException(message);
            case CONTEXT_FULL -> new ContextFullException(message, promptTokens);
            case DECODE -> new DecodeException(message);
            case MEMORY -> new InsufficientMemoryException(message);
            case MODEL -> new ModelLoadException(message);
            case LIBRARY -> new NativeLibraryException(message);
            case QUEUE_FULL -> new QueueFullException(message);
            case DEFECT -> new WorkerDiedException("the worker failed (%s): please report".formatted(message));
        };
    }
}
