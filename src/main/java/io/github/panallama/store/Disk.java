package io.github.panallama.store;

import io.github.panallama.store.DownloadException.Reason;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// What a disk can refuse, in words.
final class Disk {
    private static final String ELSEWHERE = "set PANALLAMA_HOME to a folder on another disk";

    private Disk() {}

    /// Refuses a download that cannot fit before it starts.
    static void requireRoom(Path folder, long bytes) throws IOException {
        long free = Files.getFileStore(folder).getUsableSpace();
        if (bytes > free) {
            throw new DownloadException(
                    Reason.STORE,
                    "the disk is too full for %s bytes: %s has %s bytes free; free some, or %s"
                            .formatted(count(bytes), folder, count(free), ELSEWHERE));
        }
    }

    static DownloadException cannotWrite(Path folder, IOException e) {
        if (e instanceof DownloadException already) {
            return already;
        }
        var message = String.valueOf(e.getMessage());
        // neither Java nor the operating systems have a type for it
        if (message.contains("No space left") || message.contains("not enough space") || message.contains("quota")) {
            return new DownloadException(
                    Reason.STORE,
                    "the disk is full: %s; free some space, or %s (%s)".formatted(folder, ELSEWHERE, message),
                    e);
        }
        var why = e instanceof AccessDeniedException
                ? "no permission"
                : e instanceof FileSystemException f && f.getReason() != null
                        ? f.getReason()
                        : e.getClass().getSimpleName() + " " + message;
        return new DownloadException(
                Reason.STORE,
                "the model store cannot be written: %s: %s; make it writable, or set PANALLAMA_HOME to a folder that is"
                        .formatted(folder, why),
                e);
    }

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
