package io.github.panallama.gguf;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;

/// The file's bytes in order. Nothing is allocated or read before [#require] has compared it with what is left.
final class GgufSource {
    /// Real metadata is a few tens of megabytes; a file that claims more would only fill the heap.
    static final long MAX_METADATA = 256L << 20;

    private static final String AGAIN = "the file is damaged or cut short; download it again";

    private final Path path;
    private final FileChannel channel;
    private final long size;
    private final ByteBuffer buffer;
    /// Where in the file the buffer ends.
    private long filled;

    GgufSource(Path path, FileChannel channel) throws IOException {
        this.path = path;
        this.channel = channel;
        this.size = channel.size();
        this.buffer = ByteBuffer.allocate(Math.clamp(size, 16, 1 << 16))
                .order(ByteOrder.LITTLE_ENDIAN)
                .limit(0);
    }

    long size() {
        return size;
    }

    long position() {
        return filled - buffer.remaining();
    }

    /// The start of the file, wherever reading stands.
    byte[] head(int bytes) throws IOException {
        var head = ByteBuffer.allocate((int) Math.min(bytes, size));
        while (head.hasRemaining() && channel.read(head, head.position()) > 0) {}
        return Arrays.copyOf(head.array(), head.position());
    }

    GgufException damaged(long at, String problem) {
        return GgufException.at(path, at, problem + "; the file is damaged; download it again");
    }

    GgufException unsupported(long at, String problem) {
        return GgufException.at(path, at, problem);
    }

    GgufException whole(String problem) {
        return GgufException.of(path, problem);
    }

    /// Refuses a length that the file cannot hold. A length is unsigned: above [Long#MAX_VALUE] it comes as negative.
    void require(long bytes, String what) throws GgufException {
        long at = position();
        if (bytes < 0 || bytes > size - at) {
            throw GgufException.at(
                    path,
                    at,
                    "%s needs %s bytes but %s of the file's %s are left; %s"
                            .formatted(
                                    what,
                                    bytes < 0 ? Long.toUnsignedString(bytes) : GgufException.count(bytes),
                                    GgufException.count(size - at),
                                    GgufException.count(size),
                                    AGAIN));
        }
        if (bytes > MAX_METADATA - at) {
            throw GgufException.at(
                    path,
                    at,
                    "%s reaches beyond the first %s bytes, more metadata than any model has; download it again"
                            .formatted(what, GgufException.count(MAX_METADATA)));
        }
    }

    /// Refuses a count of things of which each takes at least so many bytes.
    int count(long number, int bytesEach, String what) throws GgufException {
        if (number < 0 || number > Long.MAX_VALUE / bytesEach) {
            throw damaged(position(), "there cannot be %s %s".formatted(Long.toUnsignedString(number), what));
        }
        require(number * bytesEach, GgufException.count(number) + " " + what);
        return Math.toIntExact(number);
    }

    int u32(String what) throws IOException {
        fill(4, what);
        return buffer.getInt();
    }

    long u64(String what) throws IOException {
        fill(8, what);
        return buffer.getLong();
    }

    String string(int most, String what) throws IOException {
        long length = u64(what);
        if (length < 0 || length > most) {
            throw damaged(
                    position() - 8,
                    "%s has a length of %s, more than %s"
                            .formatted(what, Long.toUnsignedString(length), GgufException.count(most)));
        }
        return new String(bytes((int) length, what), UTF_8);
    }

    byte[] bytes(int length, String what) throws IOException {
        require(length, what);
        var bytes = new byte[length];
        read(bytes, 0, length, what);
        return bytes;
    }

    void read(byte[] into, int from, int length, String what) throws IOException {
        for (int done = 0; done < length; ) {
            fill(1, what);
            int step = Math.min(length - done, buffer.remaining());
            buffer.get(into, from + done, step);
            done += step;
        }
    }

    private void fill(int bytes, String what) throws IOException {
        if (buffer.remaining() >= bytes) {
            return;
        }
        require(bytes, what);
        buffer.compact();
        while (buffer.position() < bytes) {
            int read = channel.read(buffer, filled);
            if (read < 0) {
                throw GgufException.at(path, filled, "the file became shorter while it was read; try again");
            }
            filled += read;
        }
        buffer.flip();
    }
}
