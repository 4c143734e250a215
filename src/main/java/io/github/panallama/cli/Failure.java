package io.github.panallama.cli;

import io.github.panallama.error.ContextFullException;
import io.github.panallama.error.InsufficientMemoryException;
import io.github.panallama.error.LlamaException;
import io.github.panallama.error.ModelLoadException;
import io.github.panallama.error.NativeLibraryException;
import io.github.panallama.gguf.GgufException;
import io.github.panallama.store.DownloadException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;

/// How a command ends when it does not succeed.
///
/// @param status the exit status
/// @param line what is wrong and what to do; empty when there is nothing to say
record Failure(int status, String line) {
    static final int OTHER = 1;
    static final int USAGE = 2;
    static final int MODEL = 3;
    static final int DOWNLOAD = 4;
    static final int NATIVE = 5;
    static final int DOES_NOT_FIT = 6;
    static final int INTERRUPTED = 130;

    /// {@return the failure behind an exception}
    static Failure of(Throwable thrown) {
        return switch (thrown) {
            case CancellationException _, InterruptedIOException _ -> new Failure(INTERRUPTED, "");
            case UncheckedIOException e when e.getCause() != null -> of(e.getCause());
            case ModelLoadException e -> new Failure(MODEL, message(e));
            case GgufException e -> new Failure(MODEL, message(e));
            case NativeLibraryException e -> new Failure(NATIVE, message(e));
            case ContextFullException e -> new Failure(DOES_NOT_FIT, message(e));
            case InsufficientMemoryException e -> new Failure(DOES_NOT_FIT, message(e));
            case OutOfMemoryError e ->
                new Failure(DOES_NOT_FIT, "not enough memory (" + message(e) + "): use a smaller model or context");
            case LlamaException e -> new Failure(OTHER, message(e));
            case DownloadException e -> new Failure(DOWNLOAD, message(e));
            case FileSystemException e -> new Failure(DOWNLOAD, "%s: %s".formatted(e.getFile(), reason(e)));
            case IOException e -> new Failure(OTHER, message(e));
            case IllegalArgumentException e when fromOptions(e) -> new Failure(USAGE, message(e));
            case IllegalStateException e when fromOptions(e) -> new Failure(OTHER, message(e));
            default ->
                new Failure(
                        OTHER,
                        "this is a defect of panallama, please report it with what --verbose prints: %s: %s"
                                .formatted(thrown.getClass().getSimpleName(), message(thrown)));
        };
    }

    /// Our own complaints are ours; one thrown inside the JDK or another library is a defect here.
    private static boolean fromOptions(RuntimeException e) {
        var trace = e.getStackTrace();
        return trace.length > 0
                && e.getMessage() != null
                && trace[0].getClassName().startsWith("io.github.panallama.");
    }

    private static String reason(FileSystemException e) {
        return e.getReason() != null
                ? e.getReason()
                : e.getClass().getSimpleName().replace("Exception", "");
    }

    /// One line, whatever the message is.
    static String message(Throwable thrown) {
        var message = thrown.getMessage();
        return message == null
                ? thrown.getClass().getSimpleName()
                : message.lines().map(String::strip).filter(l -> !l.isEmpty()).collect(Collectors.joining(" "));
    }
}
