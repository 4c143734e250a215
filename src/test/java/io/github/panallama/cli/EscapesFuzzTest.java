package io.github.panallama.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;

/// Any text, as a token's in a table or as an option.
class EscapesFuzzTest {
    @FuzzTest
    void escape(byte[] bytes) {
        var text = new String(bytes, UTF_8);
        var escaped = Escapes.escape(text);
        assertTrue(escaped.chars().noneMatch(Character::isISOControl), escaped);
        if (!escaped.contains("\\x")) { // the only one that is for reading alone
            assertEquals(text, Escapes.unescape(escaped));
        }
        assertTrue(Escapes.unescape(text).length() <= text.length());
    }
}
