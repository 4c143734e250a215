package io.github.panallama.store;

import io.github.panallama.store.DownloadException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// Fetches one file: goes on where an earlier attempt stopped, asks again when the connection breaks, and hands over to
/// [PartFile] for the checks.
final class Download {
    private static final Pattern RANGE = Pattern.compile("bytes (\\d{1,18})-\\d{1,18}/(\\d{1,18}|\\*)");

    private final Http http;
    private final DownloadOptions options;
    private final Progress progress;

    Download(Http http, DownloadOptions options, Progress progress) {
        this.http = http;
        this.options = options;
        this.progress = progress;
    }

    /// The connection ended before the file did: worth another request.
    private static final class Broken extends IOException {
        private static final long serialVersionUID = 1;

        Broken(String message) {
            super(message);
        }
    }

    /// Fetches a file; the caller holds its lock.
    void fetch(RemoteFile file, Path target) throws IOException {
        boolean resumes = Files.exists(PartFile.part(target));
        try {
            fetchOnce(file, target);
        } catch (DownloadException e) {
            if (e.reason() != Reason.DAMAGED || !resumes) {
                throw e;
            }
            fetchOnce(file, target); // what the earlier attempt left may be what was wrong; it is gone now
        }
    }

    private void fetchOnce(RemoteFile file, Path target) throws IOException {
        try (var part = PartFile.open(target)) {
            for (int failures = 0; ; ) {
                long before = part.size();
                try {
                    transfer(file, part);
                    break;
                } catch (Broken e) {
                    Http.requireUninterrupted();
                    failures = part.size() > before ? 0 : failures + 1;
                    if (failures >= options.tries()) {
                        throw new DownloadException(
                                Reason.UNREACHABLE,
                                "%s: %s, %d times in a row; what has arrived is kept: pull again to go on from it"
                                        .formatted(file.uri(), e.getMessage(), failures),
                                e);
                    }
                    Http.pause(http.backOff(failures + 1));
                }
            }
            part.finish(file.sha256(), file.uri().getHost());
        }
    }

    private void transfer(RemoteFile file, PartFile part) throws IOException {
        long have = resumable(file, part);
        if (have > 0 && file.sha256().isPresent() && file.bytes().equals(OptionalLong.of(have))) {
            return; // all there, only not checked and moved
        }
        var headers = new HashMap<String, String>();
        if (have > 0) {
            headers.put("Range", "bytes=" + have + "-");
            part.version().ifPresent(version -> headers.put("If-Range", version));
        }
        var response = http.get(file.uri(), headers);
        if (response.statusCode() == 416) {
            response.body().close();
            part.restart(Optional.empty());
            response = http.get(file.uri(), Map.of());
        }
        try (var body = response.body()) {
            var total = begin(file, part, response);
            if (total.isPresent()) {
                part.requireRoom(total.getAsLong());
            }
            copy(body, file, part, total);
        }
    }

    /// What of the earlier attempt can be used: only where it can be told that it belongs to this file.
    private static long resumable(RemoteFile file, PartFile part) throws IOException {
        boolean checkable = file.sha256().isPresent() || part.version().isPresent();
        if (!checkable || part.size() > file.bytes().orElse(Long.MAX_VALUE)) {
            part.restart(Optional.empty());
        }
        return part.size();
    }

    /// Sets the part to where the answer starts, and says how long the whole file is.
    private static OptionalLong begin(RemoteFile file, PartFile part, HttpResponse<?> response) throws IOException {
        var total = response.headers().firstValueAsLong("Content-Length");
        if (response.statusCode() == 206) {
            var range =
                    RANGE.matcher(response.headers().firstValue("Content-Range").orElse(""));
            if (!range.matches() || Long.parseLong(range.group(1)) != part.size()) {
                part.restart(Optional.empty());
                throw new Broken("the server sent another range than was asked for");
            }
            total = range.group(2).equals("*") ? file.bytes() : OptionalLong.of(Long.parseLong(range.group(2)));
        } else if (response.statusCode() == 416) {
            throw new DownloadException(Reason.SERVER, file.uri() + ": answered with status 416 to a request for all");
        } else {
            part.restart(version(response));
        }
        if (total.isPresent() && file.bytes().isPresent() && !total.equals(file.bytes())) {
            part.discard();
            throw wrongLength(file, total.getAsLong());
        }
        return total.isPresent() ? total : file.bytes();
    }

    /// What names the version exactly: a strong entity tag, else the date.
    private static Optional<String> version(HttpResponse<?> response) {
        return response.headers()
                .firstValue("ETag")
                .filter(tag -> tag.startsWith("\""))
                .or(() -> response.headers().firstValue("Last-Modified"));
    }

    private void copy(InputStream body, RemoteFile file, PartFile part, OptionalLong total) throws IOException {
        var buffer = new byte[1 << 17];
        try (var guard = new StallGuard(body, options.stallTimeout())) {
            progress.update(file.name(), part.size(), total);
            for (int n; (n = read(body, buffer, guard)) >= 0; ) {
                if (part.size() + n > total.orElse(Long.MAX_VALUE)) {
                    long length = part.size() + n;
                    part.discard();
                    throw wrongLength(file, length);
                }
                part.append(buffer, n);
                guard.arrived();
                progress.update(file.name(), part.size(), total);
            }
        }
        if (part.size() < total.orElse(0)) {
            throw new Broken("the connection ended after %s of %s bytes"
                    .formatted(Disk.count(part.size()), Disk.count(total.getAsLong())));
        }
    }

    private int read(InputStream body, byte[] buffer, StallGuard guard) throws IOException {
        Http.requireUninterrupted();
        try {
            return body.read(buffer);
        } catch (IOException e) {
            Http.requireUninterrupted();
            throw new Broken(
                    guard.stalled()
                            ? "the server sent nothing for "
                                    + options.stallTimeout().toSeconds() + " s"
                            : "the connection broke (" + e.getMessage() + ")");
        }
    }

    private static DownloadException wrongLength(RemoteFile file, long length) {
        return new DownloadException(
                Reason.DAMAGED,
                "%s has %s bytes or more, expected %s: the source has another file; nothing of it was kept"
                        .formatted(
                                file.uri(),
                                Disk.count(length),
                                Disk.count(file.bytes().orElse(0))));
    }
}
