package io.github.panallama.http.server;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;

/// The body of a request as it comes in, never more than it may be.
final class Body {
    private final int limit;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /// @param limit bytes it may have
    Body(int limit) {
        this.limit = limit;
    }

    /// Hears how long it will be.
    ///
    /// @throws HttpFailure if that is too long
    void announce(long length) {
        if (length > limit) {
            throw new HttpFailure(
                    413, "the body is longer than %,d bytes, the most there may be".formatted(limit), null, null);
        }
    }

    /// Takes what has come.
    ///
    /// @throws HttpFailure if that is too much
    void add(ByteBuf part) {
        announce((long) bytes.size() + part.readableBytes());
        var copy = new byte[part.readableBytes()];
        part.readBytes(copy);
        bytes.writeBytes(copy);
    }

    /// {@return all of it}
    byte[] bytes() {
        return bytes.toByteArray();
    }
}
