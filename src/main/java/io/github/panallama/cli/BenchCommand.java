package io.github.panallama.cli;

import io.github.panallama.cli.Benchmark.Part;
import io.github.panallama.http.wire.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `bench`: what this machine makes of a model.
@Command(
        name = "bench",
        sortOptions = false,
        synopsisHeading = "",
        customSynopsis = "Usage: scripts/llama bench [OPTIONS]",
        description = "Measure what this machine makes of the model: a table in Markdown. Every test runs once to warm "
                + "up, then --repetitions times; prompts are random tokens, never the same ones twice.",
        footer = {"", "Example: scripts/llama bench --only prompt,decode --threads 2"})
final class BenchCommand implements Callable<Integer> {
    @Option(names = "--prompt-tokens", paramLabel = "N", description = "Tokens of a prompt. Default: 512.")
    int promptTokens = 512;

    @Option(names = "--gen-tokens", paramLabel = "N", description = "Tokens generated after the first. Default: 128.")
    int genTokens = 128;

    @Option(
            names = "--callers",
            paramLabel = "N,…",
            description =
                    "How many ask at once, each for 128 tokens after a prompt of 128; 0 = none. Default: 1,2,4,8.")
    String callers = "1,2,4,8";

    @Option(
            names = "--repetitions",
            paramLabel = "N",
            description = "Runs of each test; the table has their median, least and most. Default: 3.")
    int repetitions = 3;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "TEST",
            description = "Only these: load, prompt, decode, logprobs (decode with 5 alternatives per token), score, "
                    + "callers. Default: all.")
    Set<Part> only = EnumSet.allOf(Part.class);

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "A text to score, by windows of 512 tokens. Default: one prompt's random tokens.")
    @Nullable
    String file;

    @Option(names = "--json", description = "One JSON object instead of the table, with the figure of every run.")
    boolean json;

    @Mixin
    ModelArguments model = new ModelArguments();

    @Mixin
    CommonArguments common = new CommonArguments();

    private final Console console;

    BenchCommand(Console console) {
        this.console = console;
    }

    /// {@return what is measured}
    Benchmark.Plan plan() throws IOException {
        var text = file == null ? null : Input.file("FILE", Path.of(file));
        if (text != null && text.isEmpty()) {
            throw new IllegalArgumentException("the text is empty: there is nothing to score");
        }
        return new Benchmark.Plan(only, promptTokens, genTokens, numbers(callers), repetitions, text);
    }

    private static List<Integer> numbers(String list) {
        try {
            return Arrays.stream(list.split(",", -1))
                    .map(String::strip)
                    .filter(number -> !number.isEmpty())
                    .map(Integer::valueOf)
                    .filter(number -> number != 0)
                    .toList();
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "--callers: \"%s\" is not valid: use numbers as in 1,2,4,8".formatted(list));
        }
    }

    @Override
    public Integer call() throws IOException {
        var plan = plan();
        var loading = model.options(common.verbose);
        var ref = Models.ref(model.model);
        try (var _ = Interrupt.section()) {
            var found = Models.open(console, model.offline).pull(ref, common.quiet);
            BenchReport report;
            try (var progress = new StepBar(console, plan.steps(), common.quiet)) {
                report = new Benchmark(found, loading, plan, progress).run();
            }
            console.showLine(json ? Json.write(report) : report.text());
            return 0;
        }
    }
}
