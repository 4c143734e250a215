package io.github.panallama.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.fixture.BigramModel;
import io.github.panallama.fixture.Models;
import io.github.panallama.fixture.TestModel;
import io.github.panallama.fixture.TestVocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The command `complete` from its arguments to what it prints, on designed models.
class CompleteCommandIT {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final BigramModel MODEL = BigramModel.builder(TestVocabulary.standard())
            .name("no-end")
            .never("</s>")
            .build();
    private static final BigramModel GAP = BigramModel.builder(
                    TestVocabulary.standard().plusControls("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"))
            .name("gap")
            .chain("<|fim_middle|>", "he", "l", "<0x6C>", "o", "</s>")
            .build();

    private TestConsole console = new TestConsole();

    private int run(TestModel model, String... args) {
        console = new TestConsole();
        var all = new ArrayList<>(List.of("complete", "-m", Models.file(model).toString()));
        all.addAll(List.of(args));
        return Main.run(console.console(), all.toArray(String[]::new));
    }

    private String text(String... args) {
        assertEquals(0, run(MODEL, args), () -> console.err());
        assertEquals("", console.err());
        return console.out();
    }

    private JsonNode json(String... args) {
        var all = new ArrayList<>(List.of(args));
        all.add("--json");
        return JSON.readTree(text(all.toArray(String[]::new)));
    }

    private void refused(String part) {
        assertEquals("", console.out());
        assertEquals(1, console.err().lines().count(), console.err());
        assertTrue(console.err().contains(part), console.err());
    }

    private static List<String> strings(JsonNode list) {
        return list.valueStream().map(JsonNode::asString).toList();
    }

    @Test
    void inAProcessOfItsOwnTheAnswerIsTheSame() {
        String[] asked = {"--temperature", "0", "--max-tokens", "8", "--logprobs", "2", "the t"};
        var here = text(asked);
        var all = new ArrayList<>(List.of("--isolate"));
        all.addAll(List.of(asked));
        assertEquals(here, text(all.toArray(String[]::new)));
    }

    @Test
    void anEchoIsThePromptThenTheText() {
        var plain = text("--temperature", "0", "--max-tokens", "8", "the t");
        assertEquals("the t" + plain, text("--temperature", "0", "--max-tokens", "8", "--echo", "the t"));
    }

    @Test
    void anEchoWithATableHasThePromptsTokens() {
        var plain = text("--temperature", "0", "--max-tokens", "4", "the t");
        var lines = text("--temperature", "0", "--max-tokens", "4", "--echo", "--logprobs", "1", "the t");
        assertTrue(lines.startsWith("the t" + plain + "\n\ntoken "), lines);
        assertTrue(lines.endsWith("\n"), lines);
    }

    @Test
    void anEchoInJson() {
        var answer = json("--temperature", "0", "--max-tokens", "6", "--echo", "--logprobs", "2", "the t😀");
        var choice = answer.get("choices").get(0);
        var logprobs = choice.get("logprobs");
        var text = choice.get("text").asString();
        assertTrue(text.startsWith("the t😀"), text);
        assertEquals(text, String.join("", strings(logprobs.get("tokens"))));
        assertTrue(logprobs.get("token_logprobs").get(0).isNull());
        assertTrue(logprobs.get("top_logprobs").get(0).isNull());
        assertTrue(logprobs.get("top").get(0).isNull());
        for (int i = 1; i < logprobs.get("tokens").size(); i++) {
            assertTrue(logprobs.get("token_logprobs").get(i).isNumber());
            int offset = logprobs.get("text_offset").get(i).asInt();
            var token = logprobs.get("tokens").get(i).asString();
            assertTrue(text.substring(text.offsetByCodePoints(0, offset)).startsWith(token));
        }
    }

    /// The shape of llama-cpp-python's well-known example.
    @Test
    void fourListsOfEqualLength() {
        var answer = json("--logprobs", "3", "--max-tokens", "16", "--temperature", "0", "The capital of Michigan is ");
        var logprobs = answer.get("choices").get(0).get("logprobs");
        for (var list : List.of("tokens", "token_logprobs", "text_offset", "top_logprobs", "top", "token_ids")) {
            assertEquals(16, logprobs.get(list).size(), list);
        }
        assertEquals(27, logprobs.get("text_offset").get(0).asInt());
        for (int i = 0; i < 16; i++) {
            var top = logprobs.get("top").get(i);
            assertEquals(3, top.size());
            assertEquals(logprobs.get("token_ids").get(i), top.get(0).get("id"), "greedy");
            assertEquals(
                    logprobs.get("token_logprobs").get(i),
                    logprobs.get("top_logprobs")
                            .get(i)
                            .get(logprobs.get("tokens").get(i).asString()));
        }
    }

    @Test
    void zeroTokensWithAnEchoIsAScore() {
        var answer = json("--max-tokens", "0", "--echo", "--logprobs", "0", "the t");
        assertEquals("the t", answer.get("choices").get(0).get("text").asString());
        assertEquals(0, answer.get("usage").get("completion_tokens").asInt());
    }

    @Test
    void severalAnswersHaveSeedsThatFollow() {
        var both = json("--n", "2", "--seed", "7", "--temperature", "1", "--max-tokens", "8", "t");
        assertEquals(2, both.get("choices").size());
        assertEquals(16, both.get("usage").get("completion_tokens").asInt());
        assertEquals(7, both.get("seed").asInt());
        for (int i = 0; i < 2; i++) {
            assertEquals(i, both.get("choices").get(i).get("index").asInt());
            var alone = json("--seed", "" + (7 + i), "--temperature", "1", "--max-tokens", "8", "t");
            assertEquals(
                    alone.get("choices").get(0).get("text"),
                    both.get("choices").get(i).get("text"));
        }
    }

    @Test
    void severalAnswersAsText() {
        var plain = text("--temperature", "0", "--max-tokens", "8", "t");
        assertEquals(
                "--- 1 of 2, seed 7 ---\n%s\n\n--- 2 of 2, seed 8 ---\n%s\n".formatted(plain, plain),
                text("--temperature", "0", "--max-tokens", "8", "--seed", "7", "--n", "2", "t"));
    }

    @Test
    void asManyAnswersAsThereMayBe() {
        assertEquals(
                128, json("--n", "128", "--max-tokens", "1", "t").get("choices").size());
    }

    @Test
    void aTokenThatEndsIt() {
        var ids = json("--temperature", "0", "--max-tokens", "8", "--logprobs", "0", "t")
                .get("choices")
                .get(0)
                .get("logprobs")
                .get("token_ids");
        int stop = ids.get(3).asInt();
        var answer = json("--temperature", "0", "--max-tokens", "8", "--stop-token", "" + stop, "t");
        assertEquals("stop", answer.get("choices").get(0).get("finish_reason").asString());
    }

    @Test
    void limitsAreReported() {
        assertEquals(
                JSON.readTree("{\"requested\":5,\"applied\":5,\"reasons\":[\"user\"]}"),
                json("--max-tokens", "5", "t").get("limits"));
        assertEquals(
                JSON.readTree("{\"requested\":8,\"applied\":8,\"reasons\":[\"max_length\"]}"),
                json("--max-length", "10", "t").get("limits"));
        assertEquals(
                JSON.readTree("{\"requested\":9999,\"applied\":510,\"reasons\":[\"user\",\"context_room\"]}"),
                json("--max-tokens", "9999", "t").get("limits"));
    }

    @Test
    void aGrammarIsObeyed(@TempDir Path folder) throws IOException {
        var grammar = Files.writeString(folder.resolve("g.gbnf"), "root ::= \"abc\"");
        assertEquals("abc", text("--grammar", grammar.toString(), "t"));
        var schema = Files.writeString(folder.resolve("s.json"), "{\"enum\": [\"north\", \"south\"]}");
        var answer = text("--json-schema", schema.toString(), "t");
        assertTrue(List.of("\"north\"", "\"south\"").contains(answer), answer);
    }

    @Test
    void aGrammarThatCannotBeUsed(@TempDir Path folder) throws IOException {
        for (var text : List.of("root ::= (", "root ::= other", "root ::= root \"a\"", "")) {
            var grammar = Files.writeString(folder.resolve("g.gbnf"), text);
            assertEquals(2, run(MODEL, "--grammar", grammar.toString(), "t"), text);
            refused("grammar");
        }
    }

    @Test
    void aSchemaThatCannotBeMet(@TempDir Path folder) throws IOException {
        for (var text : List.of("{\"type\": \"nonsense\"}", "{\"$ref\": \"#/nowhere\"}", "{", "[]")) {
            var schema = Files.writeString(folder.resolve("s.json"), text);
            assertEquals(2, run(MODEL, "--json-schema", schema.toString(), "t"), text);
            refused("schema");
        }
    }

    @Test
    void aPromptThatDoesNotFit() {
        assertEquals(6, run(MODEL, "--ctx-size", "32", "t ".repeat(100)));
        refused("context");
    }

    @Test
    void anIdThatTheModelDoesNotHave() {
        assertEquals(2, run(MODEL, "--stop-token", "99999", "t"));
        refused("99999");
    }

    @Test
    void aGapIsFilled() {
        assertEquals(0, run(GAP, "--temperature", "0", "--suffix", " world", "say"), () -> console.err());
        assertEquals("hello", console.out());
        assertEquals(2, run(MODEL, "--suffix", " world", "say"));
        refused("fill-in-the-middle");
    }

    @Test
    void aDeadlineEndsItInOrder() {
        assertEquals(0, run(MODEL, "--deadline", "0.000001", "--json", "t"), () -> console.err());
        assertEquals(
                "cancelled",
                JSON.readTree(console.out())
                        .get("choices")
                        .get(0)
                        .get("finish_reason")
                        .asString());
        assertTrue(console.err().contains("deadline"), console.err());
    }

    @Test
    void everySamplerRuns() {
        for (var line : List.of(
                "--top-n-sigma 1 --xtc-probability 0.5 --dry-multiplier 0.8 --dynatemp-range 0.3",
                "--mirostat 1",
                "--mirostat 2 --mirostat-ent 3",
                "--adaptive-target 0.3 --min-p 0.01",
                "--repeat-penalty 1.3 --penalize-prompt",
                "--samplers temperature;min_p;top_k")) {
            var args = new ArrayList<>(List.of(line.split(" ")));
            args.addAll(List.of("--max-tokens", "8", "the t"));
            var answer = json(args.toArray(String[]::new));
            assertEquals(8, answer.get("usage").get("completion_tokens").asInt(), line);
        }
    }
}
