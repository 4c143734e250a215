package io.github.panallama.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class Utf8StreamTest {
    private final Utf8Stream stream = new Utf8Stream();

    @Test
    void aCharacterComesOutWithItsLastByte() {
        assertEquals("", stream.feed(bytes(0xF0)));
        assertEquals("", stream.feed(bytes(0x9F, 0x98)));
        assertEquals("😀", stream.feed(bytes(0x80)));
        assertEquals("a", stream.feed(bytes('a')));
    }

    @Test
    void anyCutGivesTheSameText() {
        var text = "é日😀 plain ﬀ\u0000 end";
        var all = text.getBytes(StandardCharsets.UTF_8);
        for (int size = 1; size <= all.length; size++) {
            var pieces = new Utf8Stream();
            var joined = new StringBuilder();
            for (int at = 0; at < all.length; at += size) {
                joined.append(pieces.feed(java.util.Arrays.copyOfRange(all, at, Math.min(at + size, all.length))));
            }
            assertEquals(text, joined.toString(), "cut every " + size);
        }
    }

    @Test
    void brokenBytesAreDroppedAndNeverShow() {
        assertEquals("ab", stream.feed(bytes('a', 0xFF, 0xC0, 'b')));
        assertEquals("", stream.feed(bytes(0xE2, 0x82)));
        assertEquals("x", stream.feed(bytes('x')), "an interrupted character is dropped, what follows is kept");
    }

    private static byte[] bytes(int... values) {
        var bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
