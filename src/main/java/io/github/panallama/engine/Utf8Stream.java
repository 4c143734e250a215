package io.github.panallama.engine;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// Decodes UTF-8 that arrives in pieces cut anywhere: a character comes out when its last byte has come in.
///
/// Bytes that can never become a character are dropped, as Python's `errors="ignore"` does; so are those of a character
/// that is still incomplete when the text ends.
final class Utf8Stream {
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.IGNORE)
            .onUnmappableCharacter(CodingErrorAction.IGNORE);

    /// The bytes of an incomplete character, at most three.
    private byte[] rest = new byte[0];

    /// {@return the characters that these bytes complete}
    ///
    /// @param bytes the next bytes
    String feed(byte[] bytes) {
        if (rest.length == 0 && isAscii(bytes)) {
            return new String(bytes, StandardCharsets.US_ASCII);
        }
        var in = ByteBuffer.allocate(rest.length + bytes.length)
                .put(rest)
                .put(bytes)
                .flip();
        var out = CharBuffer.allocate(in.remaining() + 1);
        decoder.reset().decode(in, out, false); // not the end of the input: an incomplete character stays in `in`
        rest = new byte[in.remaining()];
        in.get(rest);
        return out.flip().toString();
    }

    private static boolean isAscii(byte[] bytes) {
        for (byte b : bytes) {
            if (b < 0) {
                return false;
            }
        }
        return true;
    }
}
