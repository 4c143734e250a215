package io.github.panallama.sampling;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// What a text must look like: see [Stage.Constrain].
///
/// Only sizes are checked here. The engine reads the grammar when a request is made, and refuses one that
/// cannot be used with `IllegalArgumentException`, before any token is evaluated.
///
/// ```java
/// var yesOrNo = Sampling.GREEDY.plus(new Stage.Constrain(Grammar.gbnf("root ::= \"yes\" | \"no\"")));
/// ```
public sealed interface Grammar {
    /// A grammar in llama.cpp's GBNF notation (`grammars/README.md` there).
    ///
    /// @param text the rules, at most 256 KiB of UTF-8 and 500 levels of nesting, without left recursion
    /// @param root the name of the rule that the whole text must match
    record Gbnf(String text, String root) implements Grammar {
        /// Checks the sizes.
        public Gbnf {
            check("grammar", text);
            check("name of the root rule", root);
        }
    }

    /// A JSON schema, which llama.cpp's converter turns into a grammar. Its README says which keywords it
    /// knows.
    ///
    /// @param text the schema as JSON, at most 256 KiB of UTF-8 and 64 levels of nesting
    record JsonSchema(String text) implements Grammar {
        /// Checks the size.
        public JsonSchema {
            check("JSON schema", text);
        }
    }

    /// A grammar that begins to act when a trigger appears in what is generated; until then any text goes.
    ///
    /// @param grammar what the text must match from there on
    /// @param triggers any of these begins it; at least one
    record Lazy(Gbnf grammar, List<Trigger> triggers) implements Grammar {
        /// Copies the list.
        public Lazy {
            triggers = List.copyOf(triggers);
            Checks.require(!triggers.isEmpty(), "a lazy grammar needs a trigger");
        }
    }

    /// A grammar of which the prompt has the beginning already.
    ///
    /// @param grammar what beginning and generated text together must match
    /// @param beginning what it has read before the first token
    record Begun(Gbnf grammar, String beginning) implements Grammar {
        /// Checks the size.
        public Begun {
            check("beginning", beginning);
        }
    }

    /// What begins a [Lazy] grammar, which then reads on from there.
    ///
    /// @param kind how it is looked for
    /// @param value what is looked for
    record Trigger(Kind kind, String value) {
        /// Checks the size.
        public Trigger {
            check("trigger", value);
        }

        /// How a trigger is looked for.
        public enum Kind {
            /// A text, wherever it appears: the grammar begins with it.
            WORD,
            /// A regular expression, wherever it matches: the grammar begins with its first group, else with the match.
            PATTERN,
            /// A regular expression that all of the text must match: the grammar begins with its first group.
            PATTERN_FULL
        }
    }

    /// Any JSON value. Whitespace is bounded, so that a model cannot fill the context with it.
    private static String anyJson() {
        return """
                root   ::= value
                value  ::= (object | array | string | number | "true" | "false" | "null") ws
                object ::= "{" ws (member ("," ws member)*)? "}"
                member ::= string ws ":" ws value
                array  ::= "[" ws (value ("," ws value)*)? "]"
                string ::= "\\"" char* "\\""
                char   ::= [^"\\\\\\x7F\\x00-\\x1F] | "\\\\" (["\\\\/bfnrt] | "u" [0-9a-fA-F]{4})
                number ::= "-"? ("0" | [1-9] [0-9]{0,15}) ("." [0-9]{1,16})? ([eE] [-+]? [0-9]{1,3})?
                ws     ::= "" | " " | "\\n" [ \\t]{0,20}
                """;
    }

    /// {@return a GBNF grammar whose root rule is `root`}
    ///
    /// @param text its rules
    static Grammar gbnf(String text) {
        return gbnf(text, "root");
    }

    /// {@return a GBNF grammar}
    ///
    /// @param text its rules
    /// @param root the name of its root rule
    static Grammar gbnf(String text, String root) {
        return new Gbnf(text, root);
    }

    /// {@return the JSON values that meet a schema}
    ///
    /// @param schema a JSON schema, as JSON
    static Grammar jsonSchema(String schema) {
        return new JsonSchema(schema);
    }

    /// {@return any JSON value: an object, an array, a string, a number, true, false or null}
    static Grammar json() {
        return gbnf(anyJson());
    }

    private static void check(String what, String text) {
        int max = 256 << 10; // the engine's bound
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        Checks.require(!text.isBlank(), "the %s is empty".formatted(what));
        Checks.require(bytes <= max, "the %s has %,d bytes, more than %,d".formatted(what, bytes, max));
        Checks.require(text.indexOf('\0') < 0, "the %s has U+0000 in it".formatted(what));
    }
}
