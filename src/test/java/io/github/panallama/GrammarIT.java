package io.github.panallama;

import static io.github.panallama.Failures.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.completion.Completion;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.FinishReason;
import io.github.panallama.fixture.BigramModel;
import io.github.panallama.fixture.Models;
import io.github.panallama.fixture.TestVocabulary;
import io.github.panallama.sampling.Grammar;
import io.github.panallama.sampling.Sampling;
import io.github.panallama.sampling.Stage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// Texts that a grammar describes, from a model that would never write them.
class GrammarIT {
    private static final BigramModel MODEL = BigramModel.builder(TestVocabulary.standard())
            .name("no-end")
            .never("</s>")
            .build();
    private static final Llama LLAMA = Llama.load(Models.file(MODEL));

    @AfterAll
    static void close() {
        LLAMA.close();
    }

    private static Completion complete(Sampling sampling, Grammar grammar) {
        var options =
                CompletionOptions.DEFAULT.withMaxTokens(120).withSampling(sampling.plus(new Stage.Constrain(grammar)));
        return LLAMA.complete("t", options);
    }

    @Test
    void aLiteralIsTheTextAndItsEnd() {
        for (var sampling : List.of(Sampling.GREEDY, Sampling.DEFAULT, Sampling.NEUTRAL)) {
            var completion = complete(sampling, Grammar.gbnf("root ::= \"abc 日😀\""));
            assertEquals("abc 日😀", completion.text());
            assertEquals(new FinishReason.EndOfText(), completion.finish());
        }
    }

    @Test
    void anotherRoot() {
        assertEquals(
                "b",
                complete(Sampling.GREEDY, Grammar.gbnf("root ::= \"a\"\nother ::= \"b\"", "other"))
                        .text());
    }

    @Test
    void itGoesWithOtherSamplersAndDrawsAmongWhatIsAllowed() {
        var grammar = Grammar.gbnf("root ::= [a-c] [x-z]");
        var texts = new TreeSet<String>();
        for (int seed = 0; seed < 30; seed++) {
            var text = complete(Sampling.NEUTRAL.withTopK(2).withSeed(seed), grammar)
                    .text();
            assertTrue(text.matches("[a-c][x-z]"), text);
            texts.add(text);
        }
        assertTrue(texts.size() > 1, texts::toString);
        var probe = new Probe();
        assertTrue(complete(Sampling.GREEDY.plus(probe.stage()), grammar).text().matches("[a-c][x-z]"));
        assertEquals(3, probe.seen.size(), "two letters and the end");
        for (var selector :
                List.of(new Stage.Mirostat(3, 0.1f), new Stage.MirostatV2(3, 0.1f), new Stage.AdaptiveP(0.5f, 0.9f))) {
            assertTrue(complete(Sampling.NEUTRAL.plus(selector), grammar).text().matches("[a-c][x-z]"));
        }
    }

    @Test
    void jsonThatMeetsASchema() {
        var schema =
                """
                {"type": "object", "properties": {"n": {"type": "integer", "minimum": 1, "maximum": 99},
                 "kind": {"enum": ["big", "small"]}}, "required": ["n", "kind"], "additionalProperties": false}
                """;
        for (int seed = 0; seed < 20; seed++) {
            var completion = complete(Sampling.NEUTRAL.withSeed(seed), Grammar.jsonSchema(schema));
            assertEquals(new FinishReason.EndOfText(), completion.finish());
            var json = JsonMapper.shared().readTree(completion.text());
            assertTrue(json.get("n").asInt() >= 1 && json.get("n").asInt() <= 99, completion.text());
            assertTrue(List.of("big", "small").contains(json.get("kind").asString()), completion.text());
        }
    }

    @Test
    void anyJson() {
        int ended = 0;
        for (int seed = 0; seed < 16; seed++) {
            var completion = complete(Sampling.NEUTRAL.withSeed(seed), Grammar.json());
            if (completion.finish() instanceof FinishReason.EndOfText) {
                assertTrue(JsonMapper.shared().readTree(completion.text()) != null, completion.text());
                ended++;
            }
        }
        assertTrue(ended > 2, "some are short enough");
        for (var text : List.of("true", "null", "-12.5e+3", "[1, {\"a\": \"\\u00e9\"}]", "{}", "\"a/\"")) {
            var tokens = new ArrayList<Integer>();
            for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
                tokens.add(MODEL.vocabulary().byteId(b));
            }
            var spelled = new Stage.Custom("spelled", () -> new Spelling(tokens), true);
            var options =
                    CompletionOptions.DEFAULT.withSampling(Sampling.of(new Stage.Constrain(Grammar.json()), spelled));
            assertEquals(text, LLAMA.complete("t", options).text().strip());
        }
    }

    @Test
    void whatCannotBeUsedIsRefusedWithTheReason() {
        refused(Grammar.gbnf("root ::= ("));
        refused(Grammar.gbnf("root ::= other"), "other");
        refused(Grammar.gbnf("start ::= \"a\""), "root");
        refused(Grammar.gbnf("root ::= root \"a\" | \"b\""));
        refused(Grammar.gbnf("root ::= \"a\"", "missing"), "missing");
        refused(Grammar.jsonSchema("{\"type\": "), "JSON schema");
        refused(Grammar.jsonSchema("{\"$ref\": \"#/nowhere\"}"), "JSON schema");
        assertEquals(
                "a", complete(Sampling.GREEDY, Grammar.gbnf("root ::= \"a\"")).text(), "and nothing is broken");
    }

    private static void refused(Grammar grammar, String... parts) {
        fails(IllegalArgumentException.class, () -> complete(Sampling.GREEDY, grammar), parts);
        fails(IllegalArgumentException.class, () -> complete(Sampling.DEFAULT, grammar), "cannot be used");
    }
}
