package io.github.panallama.store;

import io.github.panallama.gguf.GgufException;
import io.github.panallama.gguf.GgufFile;
import io.github.panallama.store.DownloadException.Reason;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/// A file that is arriving: `NAME.part`, hashed as it grows, and beside it `NAME.part.tag` with what the server calls
/// this version of the file, so that a later attempt goes on only in the same version. Becomes `NAME` in one step, or
/// disappears.
final class PartFile implements Closeable {
    private final Path target;
    private final Path part;
    private final Path tag;
    private final FileChannel channel;
    private final MessageDigest digest;
    private long size;

    private PartFile(Path target, FileChannel channel) {
        this.target = target;
        this.part = part(target);
        this.tag = tag(target);
        this.channel = channel;
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    static Path part(Path target) {
        return target.resolveSibling(target.getFileName() + ".part");
    }

    static Path tag(Path target) {
        return target.resolveSibling(target.getFileName() + ".part.tag");
    }

    /// Opens what an earlier attempt left, or starts anew.
    static PartFile open(Path target) throws IOException {
        try {
            Files.createDirectories(Trees.folder(target));
            var channel = FileChannel.open(
                    part(target), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            var file = new PartFile(target, channel);
            try {
                file.hashWhatIsThere();
            } catch (IOException e) {
                channel.close();
                throw e;
            }
            return file;
        } catch (ClosedByInterruptException e) {
            throw StoreLock.interrupted();
        } catch (IOException e) {
            throw Disk.cannotWrite(Trees.folder(target), e);
        }
    }

    private void hashWhatIsThere() throws IOException {
        var buffer = ByteBuffer.allocate(1 << 17);
        long there = channel.size();
        while (channel.position() < there && channel.read(buffer.clear()) > 0) {
            digest.update(buffer.flip());
        }
        size = channel.position();
    }

    long size() {
        return size;
    }

    /// The server's name for the version that is arriving, if it gave one.
    Optional<String> version() throws IOException {
        return Files.exists(tag) ? Optional.of(Files.readString(tag)).filter(t -> !t.isBlank()) : Optional.empty();
    }

    /// Forgets everything and notes the version that arrives now.
    void restart(Optional<String> version) throws IOException {
        try {
            if (size > 0) {
                channel.truncate(0).position(0);
            }
            size = 0;
            digest.reset();
            if (version.isPresent()) {
                Files.writeString(tag, version.get());
            } else {
                Files.deleteIfExists(tag);
            }
        } catch (IOException e) {
            throw Disk.cannotWrite(Trees.folder(target), e);
        }
    }

    /// Refuses, before it starts, a download that the disk has no room for.
    void requireRoom(long total) throws IOException {
        Disk.requireRoom(Trees.folder(target), total - size);
    }

    void append(byte[] bytes, int length) throws IOException {
        try {
            for (var buffer = ByteBuffer.wrap(bytes, 0, length); buffer.hasRemaining(); ) {
                channel.write(buffer);
            }
        } catch (ClosedByInterruptException e) {
            throw StoreLock.interrupted();
        } catch (IOException e) {
            throw Disk.cannotWrite(Trees.folder(target), e);
        }
        digest.update(bytes, 0, length);
        size += length;
    }

    /// Checks what has arrived and moves it into place; what does not pass is deleted.
    void finish(Optional<String> sha256, String source) throws IOException {
        var actual = HexFormat.of().formatHex(digest.digest());
        if (sha256.isPresent() && !sha256.get().equals(actual)) {
            discard();
            throw new DownloadException(
                    Reason.DAMAGED,
                    "%s: the file from %s has the SHA-256 %s, expected %s; nothing of it was kept; try again, and if it"
                                    .formatted(target.getFileName(), source, actual, sha256.get())
                            + " stays so, the source has changed the file or something on the way to it does");
        }
        if (sha256.isEmpty()) {
            requireGguf(source);
        }
        try {
            channel.force(true);
            channel.close();
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            Files.deleteIfExists(tag);
        } catch (ClosedByInterruptException e) {
            throw StoreLock.interrupted();
        } catch (IOException e) {
            throw Disk.cannotWrite(Trees.folder(target), e);
        }
    }

    /// The least that can be asked where no hash is known: a web page that calls itself a model stops here.
    private void requireGguf(String source) throws IOException {
        try {
            var file = GgufFile.read(part);
            assert file.bytes() == size : part;
        } catch (GgufException e) {
            discard();
            throw new DownloadException(
                    Reason.DAMAGED,
                    "what %s sent is no usable model, nothing was kept: %s".formatted(source, e.getMessage()),
                    e);
        }
    }

    void discard() throws IOException {
        channel.close();
        Files.deleteIfExists(part);
        Files.deleteIfExists(tag);
    }

    /// Keeps what has arrived; of an attempt that brought nothing no trace stays.
    @Override
    public void close() throws IOException {
        if (channel.isOpen() && size == 0) {
            discard();
        }
        channel.close();
    }
}
