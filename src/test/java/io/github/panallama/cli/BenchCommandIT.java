package io.github.panallama.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.fixture.Models;
import io.github.panallama.fixture.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The command `bench` from its arguments to what it prints, on a tiny model.
class BenchCommandIT {
    private final TestConsole console = new TestConsole();

    private int run(String... args) {
        var file = Models.file(Models.random(TensorType.F32)).toString();
        var all = new ArrayList<>(List.of("bench", "-m", file, "--threads", "1", "--repetitions", "2"));
        all.addAll(List.of(args));
        return Main.run(console.console(), all.toArray(String[]::new));
    }

    private JsonNode json(String... args) {
        var all = new ArrayList<>(List.of(args));
        all.add("--json");
        assertEquals(0, run(all.toArray(String[]::new)), console::err);
        assertEquals("", console.err());
        return JsonMapper.shared().readTree(console.out());
    }

    private static List<String> tests(JsonNode report) {
        return report.get("rows")
                .valueStream()
                .map(row -> row.get("test").asString())
                .toList();
    }

    @Test
    void everyTestHasEveryRun() {
        var report = json("--prompt-tokens", "40", "--gen-tokens", "8", "--callers", "1,3");
        assertEquals(
                List.of(
                        "load",
                        "prompt",
                        "decode",
                        "logprobs",
                        "score",
                        "callers",
                        "callers_generated",
                        "callers",
                        "callers_generated"),
                tests(report));
        for (var row : report.get("rows")) {
            assertEquals(2, row.get("samples").size());
            for (var sample : row.get("samples")) {
                assertTrue(sample.asDouble() > 0, row.toString());
            }
            assertTrue(row.get("min").asDouble() <= row.get("median").asDouble());
            assertTrue(row.get("median").asDouble() <= row.get("max").asDouble());
        }
        assertEquals(3, report.get("rows").get(7).get("callers").asInt());
        assertEquals(1, report.get("threads").asInt());
        assertTrue(report.get("model").get("parameters").asLong() > 0);
        assertTrue(report.has("peak_memory_bytes"));
    }

    @Test
    void aTextIsScoredByWindows(@TempDir Path folder) throws IOException {
        var file = Files.writeString(folder.resolve("text"), "the hello ".repeat(200));
        var report = json("--only", "score", "--file", file.toString());
        assertEquals(List.of("score"), tests(report));
        assertTrue(report.get("rows").get(0).get("prompt_tokens").asInt() > 512);
    }

    @Test
    void aTable() {
        assertEquals(0, run("--only", "decode", "--gen-tokens", "4"), console::err);
        assertTrue(console.out().startsWith("| test "), console.out());
        assertTrue(console.out().contains("| decode, 4 tokens | "), console.out());
    }

    @Test
    void aContextThatIsTooSmall() {
        assertEquals(6, run("--only", "prompt", "--ctx-size", "16"));
        assertEquals("", console.out());
        assertEquals(1, console.err().lines().count(), console.err());
    }
}
