package io.github.panallama.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.fixture.BigramModel;
import io.github.panallama.fixture.Models;
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

/// The command `score` from its arguments to what it prints, on designed models.
class ScoreCommandIT {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final BigramModel MODEL = Models.bigram();
    private static final BigramModel NO_BOS = BigramModel.builder(
                    TestVocabulary.standard().withAddBos(false))
            .name("no-bos")
            .build();

    private TestConsole console = new TestConsole();

    private int run(BigramModel model, String input, String... args) {
        console = new TestConsole(input, Terminals.NONE);
        var all = new ArrayList<>(List.of("score", "-m", Models.file(model).toString()));
        all.addAll(List.of(args));
        return Main.run(console.console(), all.toArray(String[]::new));
    }

    private JsonNode json(BigramModel model, String input, String... args) {
        var all = new ArrayList<>(List.of(args));
        all.add("--json");
        assertEquals(0, run(model, input, all.toArray(String[]::new)), () -> console.err());
        assertEquals("", console.err());
        return JSON.readTree(console.out());
    }

    @Test
    void everyTokenHasItsDesignedValue() {
        var score = json(MODEL, "the hello", "--logprobs", "2");
        int current = TestVocabulary.BOS;
        double sum = 0;
        var text = new StringBuilder();
        for (var token : score.get("tokens")) {
            int id = token.get("id").asInt();
            double expected = MODEL.logProbabilities(current)[id];
            assertEquals(expected, token.get("logprob").asDouble(), 1e-4);
            assertTrue(token.get("rank").asInt() >= 1);
            assertTrue(token.get("top").size() >= 2);
            assertEquals(text.length(), token.get("text_offset").asInt());
            text.append(token.get("text").asString());
            sum += token.get("logprob").asDouble();
            current = id;
        }
        assertEquals("the hello", text.toString());
        int count = score.get("count").asInt();
        assertEquals(score.get("tokens").size(), count);
        assertEquals(sum, score.get("sum_logprob").asDouble(), 1e-4);
        assertEquals(Math.exp(-sum / count), score.get("perplexity").asDouble(), 1e-2);
        assertTrue(score.get("timings").has("load_ms"));
    }

    @Test
    void nothingComesBeforeTheFirstTokenWithoutBos() {
        var score = json(NO_BOS, "the hello");
        assertTrue(score.get("tokens").get(0).get("logprob").isNull());
        assertTrue(score.get("tokens").get(0).get("rank").isNull());
        assertEquals(score.get("tokens").size() - 1, score.get("count").asInt());
    }

    @Test
    void aTableThenATotal(@TempDir Path folder) throws IOException {
        var file = Files.writeString(folder.resolve("text"), "the hello t\n");
        assertEquals(0, run(MODEL, "", file.toString(), "--stats"), () -> console.err());
        var lines = console.out().lines().toList();
        assertTrue(lines.getFirst().contains("logprob"));
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("! ")));
        assertTrue(lines.getLast().contains("tokens, sum -"), lines.getLast());
        assertTrue(lines.getLast().contains("perplexity"), lines.getLast());
        assertFalse(console.out().contains("\u001b"), "colour is for terminals");
        assertTrue(console.err().startsWith("scored "), console.err());
    }

    @Test
    void aTextLongerThanTheContext() {
        var text = "the hello ".repeat(40);
        var whole = json(MODEL, text);
        var windows = json(MODEL, text, "--ctx-size", "32", "--stride", "8");
        assertEquals(whole.get("count"), windows.get("count"));
        // only the last token counts for this model
        assertEquals(
                whole.get("sum_logprob").asDouble(), windows.get("sum_logprob").asDouble(), 1e-2);
    }

    @Test
    void theLikeliestAnswer() {
        var choice = json(MODEL, "", "--prompt", "the", "--choice", " t", "--choice", " hello");
        assertEquals(2, choice.get("choices").size());
        var sums = choice.get("choices")
                .valueStream()
                .map(c -> c.get("sum_logprob").asDouble())
                .toList();
        int best = choice.get("best").asInt();
        assertTrue(sums.get(best) >= sums.get(1 - best));
        assertEquals(
                sums.get(1) / 5,
                choice.get("choices").get(1).get("normalised_logprob").asDouble(),
                1e-9);
        assertEquals(0, run(MODEL, "", "--prompt", "the", "--choice", " t", "--choice", " hello"));
        assertTrue(console.out().contains("likeliest: "), console.out());
    }

    @Test
    void whatIsRefused() {
        refused(2, "empty", "");
        refused(2, "stride", "the t", "--ctx-size", "32", "--stride", "32");
        refused(3, "no/such", "the t", "-m", "no/such.gguf");
        refused(2, "nothing", "", "--prompt", "a", "--choice", "");
    }

    private void refused(int status, String part, String input, String... args) {
        assertEquals(status, run(MODEL, input, args), () -> console.err());
        assertEquals("", console.out());
        assertEquals(1, console.err().lines().count(), console.err());
        assertTrue(console.err().contains(part), console.err());
    }
}
