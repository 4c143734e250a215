package io.github.panallama.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.cli.Benchmark.Part;
import io.github.panallama.model.ModelInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class BenchCommandTest {
    private static Benchmark.Plan plan(String... args) throws IOException {
        var command = new BenchCommand(new TestConsole().console());
        new CommandLine(command).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(args);
        return command.plan();
    }

    private static ModelInfo info(boolean bos) {
        return new ModelInfo(
                Path.of("m"),
                "tiny",
                "llama",
                10,
                20,
                new ModelInfo.Shape(100, 512, 2, 64, 2),
                new ModelInfo.SpecialTokens(OptionalInt.of(1), OptionalInt.of(2), OptionalInt.empty(), bos),
                Optional.empty(),
                new ModelInfo.Applied(512, 1, 2, 2, 512, Duration.ZERO));
    }

    @Test
    void withoutOptions() throws IOException {
        var plan = plan();
        assertEquals(new Benchmark.Plan(EnumSet.allOf(Part.class), 512, 128, List.of(1, 2, 4, 8), 3, null), plan);
        assertEquals(9 * 4, plan.steps());
        assertEquals(513, plan.context());
    }

    @Test
    void onlyWhatIsAskedFor() throws IOException {
        var plan = plan("--only", "decode,LogProbs", "--gen-tokens", "16", "--repetitions", "1");
        assertEquals(Set.of(Part.DECODE, Part.LOGPROBS), plan.parts());
        assertEquals(List.of(), plan.callers());
        assertEquals(4, plan.steps());
        assertEquals(18, plan.context(), "as little as llama-bench would take");
    }

    @Test
    void noCallers() throws IOException {
        assertEquals(List.of(), plan("--callers", "0").callers());
        assertEquals(List.of(), plan("--callers", "").callers());
        assertEquals(List.of(3, 16), plan("--callers", "3, 16").callers());
    }

    @Test
    void theMiddleOfTheRuns() {
        var test = new Benchmark.Test("decode", "decode, 8 tokens", 1, 1, 8);
        var odd = BenchReport.Row.of(test, "tokens/s", List.of(5.0, 1.0, 3.0));
        assertEquals(3, odd.median());
        assertEquals(1, odd.min());
        assertEquals(5, odd.max());
        assertEquals(List.of(5.0, 1.0, 3.0), odd.samples());
        assertEquals(2, BenchReport.Row.of(test, "tokens/s", List.of(3.0, 1.0)).median());
    }

    @Test
    void tokensThatNobodyHasSeen() {
        var random = new RandomTokens(info(false));
        var first = random.prompt(50);
        assertFalse(Arrays.equals(first, random.prompt(50)));
        assertArrayEquals(first, new RandomTokens(info(false)).prompt(50), "the same in every process");
        for (int id : first) {
            assertTrue(id >= 0 && id < 100);
        }
        assertEquals(1, new RandomTokens(info(true)).prompt(3)[0], "BOS");
    }

    /// Two callers, from 0: prompts are read at 10 and 20, then 2 and 3 tokens come until 50.
    @Test
    void speedsOfSeveral() {
        var speeds = Callers.Speeds.of(0, List.of(new long[] {10, 15, 30, 40}, new long[] {20, 30, 40, 50}));
        assertEquals((2 * Callers.PROMPT + 6) * 1e9 / 50, speeds.all(), 1);
        assertEquals(5 * 1e9 / 30, speeds.generated(), 1);
    }

    @Test
    void aTableInMarkdown() {
        var test = new Benchmark.Test("decode", "decode, 8 tokens", 1, 1, 8);
        var row = BenchReport.Row.of(test, "tokens/s", List.of(1.04, 12345.6));
        var machine =
                new Machine("cpu", List.of(), 2, Machine.peakMemory(), Machine.peakMemory(), Machine.peakMemory());
        var lines = BenchReport.of("m", info(false), 2, List.of(row), machine)
                .text()
                .lines()
                .toList();
        assertEquals("| test             | median |    min – max | unit     |", lines.get(0));
        assertEquals("|------------------|-------:|-------------:|----------|", lines.get(1));
        assertEquals("| decode, 8 tokens |  6,173 | 1.0 – 12,346 | tokens/s |", lines.get(2));
        assertEquals("tiny, 20 B; cpu, 2 threads", lines.get(4));
    }

    @Test
    void howFarItIs() {
        var console = new TestConsole("", new Terminals(false, false, true));
        try (var bar = new StepBar(console.console(), 4, false)) {
            bar.next("load");
            bar.next("prompt");
        }
        assertTrue(console.err().contains("]  1 of 4  load"), console.err());
        assertTrue(console.err().endsWith("2 of 4  prompt\r\u001b[K"), console.err());
        var silent = new TestConsole();
        try (var bar = new StepBar(silent.console(), 4, false)) {
            bar.next("load");
        }
        assertEquals("", silent.err());
    }
}
