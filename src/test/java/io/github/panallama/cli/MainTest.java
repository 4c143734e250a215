package io.github.panallama.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    private final TestConsole console = new TestConsole();

    @ParameterizedTest
    @ValueSource(
            strings = {"run", "complete", "score", "tokenize", "serve", "pull", "list", "info", "rm", "bench", "doctor"
            })
    void everyCommandHasHelp(String command) {
        assertEquals(0, Main.run(console.console(), command, "--help"));
        assertTrue(console.out().startsWith("Usage: scripts/llama " + command), console.out());
        assertEquals("", console.err());
    }

    @Test
    void theHelpNamesEveryCommand() {
        assertEquals(0, Main.run(console.console(), "--help"));
        for (var command : new String[] {
            "run", "complete", "score", "tokenize", "serve", "pull", "list", "info", "rm", "bench", "doctor"
        }) {
            assertTrue(console.out().contains("\n  " + command + " "), command);
        }
    }

    @Test
    void theVersion() {
        assertEquals(0, Main.run(console.console(), "--version"));
        assertTrue(console.out().startsWith("panallama "), console.out());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bogus",
                "bogus --option",
                "run --bogus",
                "run --max-tokens many",
                "complete a b",
                "complete --top-p 7 x",
                "complete --cache-type-k f7 x",
                "complete --temperature NaN x",
                "complete --stop= x",
                "complete --stop-token -1 x",
                "complete --n 0 x",
                "complete --deadline 0 x",
                "complete --echo --suffix y x",
                "complete --max-tokens 1 --max-length 2 x",
                "complete --grammar no/such.gbnf x",
                "complete --grammar a --json-schema b x",
                "complete --dry-base 2 x",
                "complete --dry-multiplier -1 x",
                "complete --xtc-threshold 0.2 x",
                "complete --mirostat 3 x",
                "complete --mirostat-lr 0.1 x",
                "complete --mirostat 2 --top-n-sigma 1 x",
                "complete --mirostat 2 --adaptive-target 0.5 x",
                "complete --temperature 0 --dynatemp-range 0.5 x",
                "complete --samplers top_k;bogus x",
                "run --samplers top_k;top_k x",
                "run --echo x",
                "score no/such/file.txt",
                "score --stride -1 -",
                "score --prompt x",
                "score --choice y",
                "score --prompt x --choice y --stride 2",
                "score -",
                "bench x",
                "bench --only everything",
                "bench --callers 1,x",
                "bench --callers 300",
                "bench --gen-tokens 0",
                "bench --repetitions 0",
                "bench --file no/such/file.txt",
                "rm",
                "info a --model b"
            })
    void wrongUsageIsOneLine(String line) {
        var args = line.isEmpty() ? new String[0] : line.split(" ");
        assertEquals(2, Main.run(console.console(), args));
        assertEquals("", console.out());
        assertTrue(console.err().startsWith("llama: "), console.err());
        assertEquals(1, console.err().lines().count(), console.err());
    }

    @Test
    void aModelThatIsNotThere() {
        assertEquals(3, Main.run(console.console(), "complete", "--model", "no/such/file.gguf", "x"));
        assertEquals(1, console.err().lines().count(), console.err());
    }

    @Test
    void verboseShowsTheStack() {
        assertEquals(3, Main.run(console.console(), "complete", "-v", "--model", "no/such/file.gguf", "x"));
        assertTrue(console.err().contains("ModelStore.pull("), console.err());
    }
}
