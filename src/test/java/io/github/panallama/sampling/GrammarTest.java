package io.github.panallama.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class GrammarTest {
    @Test
    void factories() {
        assertEquals(new Grammar.Gbnf("root ::= \"a\"", "root"), Grammar.gbnf("root ::= \"a\""));
        assertEquals(new Grammar.Gbnf("start ::= \"a\"", "start"), Grammar.gbnf("start ::= \"a\"", "start"));
        assertEquals(new Grammar.JsonSchema("{}"), Grammar.jsonSchema("{}"));
        assertInstanceOf(Grammar.Gbnf.class, Grammar.json());
        assertEquals(Grammar.json(), Grammar.json());
    }

    @Test
    void sizesAreChecked() {
        var largest = "x".repeat(256 << 10);
        assertEquals(Grammar.gbnf(largest), Grammar.gbnf(largest));
        for (var text : List.of("", "  \n", largest + "x", "日".repeat(90_000), "root ::= \"\0\"")) {
            assertThrows(IllegalArgumentException.class, () -> Grammar.gbnf(text));
            assertThrows(IllegalArgumentException.class, () -> Grammar.jsonSchema(text));
        }
        assertThrows(IllegalArgumentException.class, () -> Grammar.gbnf("root ::= \"a\"", ""));
        var e = assertThrows(IllegalArgumentException.class, () -> Grammar.jsonSchema(largest + "x"));
        assertTrue(String.valueOf(e.getMessage()).contains("JSON schema"), e.getMessage());
    }
}
