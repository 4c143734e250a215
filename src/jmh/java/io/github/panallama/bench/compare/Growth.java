package io.github.panallama.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;

/// How cost grows: throughput with more callers, deterministic or not, and with longer prompts. Of ours alone; each
/// figure is
/// one run, or the median of three where it is short, after one to warm up.
final class Growth {
    private static final List<Integer> CALLERS = List.of(1, 2, 4, 8, 16, 32);
    private static final List<Integer> PROMPTS = List.of(128, 256, 512, 1024, 2048, 4096, 8192);

    private final Ours ours;
    private final int threads;

    private Growth(Ours ours, int threads) {
        this.ours = ours;
        this.threads = threads;
    }

    /// Measures, and writes the record and its picture beside it.
    static void run(Ours ours, int threads, Path out) throws IOException, InterruptedException {
        new Growth(ours, threads).run(out);
    }

    private void run(Path out) throws IOException, InterruptedException {
        var record = Report.JSON.createObjectNode();
        record.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        record.put("threads", threads);
        var callers = record.putArray("charts").addObject();
        callers.put("title", "callers at once, each with 128 + 128 tokens: tokens per second in all");
        var series = callers.putArray("series");
        measure(series, "default", CALLERS, "callers", n -> new String[] {"--callers", "" + n});
        measure(series, "deterministic", CALLERS, "callers", n ->
                new String[] {"--deterministic", "--callers", "" + n});
        var prompts = record.withArray("charts").addObject();
        prompts.put("title", "tokens of a prompt: tokens per second");
        measure(prompts.putArray("series"), "prompt", PROMPTS, "prompt", n -> new String[] {"--prompt-tokens", "" + n});
        Report.write(record, out);
        var picture = Path.of(out.toString().replaceFirst("\\.json$", "") + ".svg");
        Files.writeString(picture, Chart.svg(record.get("charts")));
        System.err.println("the record: %s, its picture: %s".formatted(out, picture));
    }

    /// The options for a number.
    @FunctionalInterface
    private interface Asked {
        String[] options(int n);
    }

    private void measure(ArrayNode series, String name, List<Integer> numbers, String test, Asked asked)
            throws IOException, InterruptedException {
        var points = series.addObject().put("name", name).putArray("points");
        for (int n : numbers) {
            var options = new ArrayList<>(List.of("--threads", "" + threads));
            options.addAll(List.of(asked.options(n)));
            double rate = Ours.figure(ours.bench(test, options.toArray(String[]::new)), test);
            points.addObject().put("x", n).put("y", rate);
            System.err.printf("%s, %s %d: %.1f tokens/s%n", name, test, n, rate);
        }
    }
}
