package io.github.panallama.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class EscapesTest {
    @Test
    void escapesOfStopsAreUnderstood() {
        assertEquals("a\nb\tc\\n", Escapes.unescape("a\\nb\\tc\\\\n"));
        assertEquals("\r", Escapes.unescape("\\r"));
    }

    @Test
    void otherBackslashesStay() {
        assertEquals("\\d\\", Escapes.unescape("\\d\\"));
        assertEquals("plain 😀", Escapes.unescape("plain 😀"));
    }

    @Test
    void aTokenIsOneLineInATable() {
        assertEquals("\" a\\n\\t\\\\\\x1b😀\"", Escapes.quoted(" a\n\t\\\u001b😀"));
    }
}
