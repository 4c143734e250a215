package io.github.panallama.cli;

import io.github.panallama.model.ModelInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What `bench` found; `bench --json`.
///
/// @param model which
/// @param threads for one token at a time
/// @param threadsBatch for prompts
/// @param cpu the processor's name
/// @param processors that this process may use
/// @param repetitions runs of each test
/// @param rows one for each test
/// @param peakMemoryBytes the most that the process has held; null where the system does not say
record BenchReport(
        Model model,
        int threads,
        int threadsBatch,
        String cpu,
        int processors,
        int repetitions,
        List<Row> rows,
        @Nullable Long peakMemoryBytes) {
    /// @param name how it was asked for
    record Model(String name, String description, long parameters, long bytes) {}

    /// A test and its outcome.
    ///
    /// @param samples one for each run
    record Row(
            String test,
            String title,
            int callers,
            int promptTokens,
            int genTokens,
            String unit,
            double median,
            double min,
            double max,
            List<Double> samples) {
        static Row of(Benchmark.Test test, String unit, List<Double> samples) {
            var sorted = samples.stream().sorted().toList();
            return new Row(
                    test.name(),
                    test.title(),
                    test.callers(),
                    test.promptTokens(),
                    test.genTokens(),
                    unit,
                    (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2,
                    sorted.getFirst(),
                    sorted.getLast(),
                    List.copyOf(samples));
        }
    }

    /// @param name how the model was asked for
    /// @param info what it says about itself
    static BenchReport of(String name, ModelInfo info, int repetitions, List<Row> rows, Machine machine) {
        var peak = Machine.peakMemory();
        return new BenchReport(
                new Model(name, info.description(), info.parameters(), info.bytes()),
                info.applied().threads(),
                info.applied().threadsBatch(),
                machine.cpu(),
                machine.processors(),
                repetitions,
                List.copyOf(rows),
                peak.isPresent() ? peak.getAsLong() : null);
    }

    /// {@return a table in Markdown, and under it what it is about}
    String text() {
        var table = Table.of("test", "median", "min – max", "unit").right(1, 2);
        for (var row : rows) {
            table.row(row.title, figure(row.median), figure(row.min) + " – " + figure(row.max), row.unit);
        }
        var about = "%s, %s; %s, %s"
                .formatted(
                        model.description,
                        Sizes.bytes(model.bytes),
                        cpu,
                        threads == 1 ? "1 thread" : threads + " threads");
        var memory = peakMemoryBytes == null ? "" : "\n\npeak memory of the process: " + Sizes.bytes(peakMemoryBytes);
        return "%s\n\n%s%s".formatted(table.markdown(), about, memory);
    }

    private static String figure(double value) {
        return value < 1000 ? "%.1f".formatted(value) : "%,.0f".formatted(value);
    }
}
