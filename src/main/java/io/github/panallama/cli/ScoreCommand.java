package io.github.panallama.cli;

import io.github.panallama.Llama;
import io.github.panallama.completion.Choice;
import io.github.panallama.completion.Score;
import io.github.panallama.completion.ScoreOptions;
import io.github.panallama.http.wire.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `score`: how likely the model finds a text, or each of several answers.
@Command(
        name = "score",
        sortOptions = false,
        synopsisHeading = "",
        customSynopsis = {
            "Usage: scripts/llama score [OPTIONS] [FILE]",
            "       scripts/llama score [OPTIONS] --prompt TEXT --choice TEXT --choice TEXT …"
        },
        description = "Show how likely the model finds every token of a text (! = the least likely tenth), or which "
                + "of several answers it finds likeliest.",
        footer = {
            "",
            "Example: scripts/llama score --prompt \"The capital of France is\" --choice \" Paris\" --choice \" Rome\""
        })
final class ScoreCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description =
                    "The text; - or none = standard input. Longer than the context it is read by a sliding window.")
    @Nullable
    String file;

    @Option(names = "--stride", paramLabel = "N", description = "How far the window moves. Default: half the context.")
    @Nullable
    Integer stride;

    @Option(names = "--parse-special", description = "Read the text of control tokens as these tokens.")
    boolean parseSpecial;

    @Option(names = "--prompt", paramLabel = "TEXT", description = "What the answers of --choice answer.")
    @Nullable
    String prompt;

    @Option(names = "--choice", paramLabel = "TEXT", description = "An answer, with the space before it; repeatable.")
    List<String> choices = new ArrayList<>();

    @Mixin
    OutputArguments output = new OutputArguments();

    @Mixin
    ModelArguments model = new ModelArguments();

    @Mixin
    CommonArguments common = new CommonArguments();

    private final Console console;

    ScoreCommand(Console console) {
        this.console = console;
    }

    /// {@return how the text is scored}
    ScoreOptions options() {
        return new ScoreOptions(
                output.logprobs().orElse(ScoreOptions.DEFAULT.top()),
                stride == null ? ScoreOptions.DEFAULT.stride() : stride,
                parseSpecial,
                ScoreOptions.DEFAULT.control());
    }

    @Override
    public Integer call() throws IOException {
        var options = options();
        var loading = model.options(common.verbose);
        var ref = Models.ref(model.model);
        var question = question();
        var text = question == null ? text() : "";
        try (var _ = Interrupt.section()) {
            var found = Models.open(console, model.offline).pull(ref, common.quiet);
            try (var llama = Llama.load(found.file(), loading)) {
                var load = llama.info().applied().loadTime();
                if (question != null) {
                    show(found.name(), choose(llama, question));
                } else {
                    show(found.name(), score(llama, text, options), load);
                }
                return 0;
            }
        }
    }

    /// The question that the choices answer; null when a text is to be scored.
    private @Nullable String question() {
        if (prompt == null && choices.isEmpty()) {
            return null;
        }
        if (prompt == null || choices.isEmpty()) {
            throw new IllegalArgumentException("--prompt and --choice belong together: give both");
        }
        if (choices.contains("")) {
            throw new IllegalArgumentException("--choice is empty: nothing cannot be scored");
        }
        if (file != null || stride != null || parseSpecial || output.logprobs != null || output.stats) {
            throw new IllegalArgumentException(
                    "--prompt and --choice go with --json alone: leave FILE, --stride, --parse-special, --logprobs and --stats out");
        }
        return prompt;
    }

    private String text() throws IOException {
        var text = file == null || file.equals("-")
                ? Input.text(file, console, common.quiet)
                : Input.file("FILE", Path.of(file));
        if (text.isEmpty()) {
            throw new IllegalArgumentException("the text is empty: there is nothing to score");
        }
        return text;
    }

    private Score score(Llama llama, String text, ScoreOptions options) {
        try (var _ = Elapsed.of(console, "scoring", common.quiet)) {
            return llama.score(text, options);
        }
    }

    private Choice choose(Llama llama, String question) {
        try (var _ = Elapsed.of(console, "scoring", common.quiet)) {
            return llama.choose(question, choices);
        }
    }

    private void show(String name, Score score, Duration load) {
        if (output.json) {
            console.showLine(Json.write(ScoreJson.of(name, score, load)));
        } else {
            LogprobTable.of(score)
                    .lines()
                    .forEach(line -> console.showLine(line.startsWith(LogprobTable.MARK) ? console.red(line) : line));
            console.showLine("\n" + total(score));
        }
        if (output.stats) {
            var timings = score.timings();
            console.note("scored %d tokens in %s (%.1f per second)"
                    .formatted(
                            timings.promptTokens(),
                            Sizes.time(AnswerJson.milliseconds(timings.prompt())),
                            timings.promptPerSecond()));
        }
    }

    /// {@return the last line}
    static String total(Score score) {
        return score.count() == 0
                ? "0 tokens scored: nothing comes before the only one"
                : score + " (! = the least likely tenth)";
    }

    private void show(String name, Choice choice) {
        console.showLine(output.json ? Json.write(ChoiceJson.of(name, choice)) : table(choice));
    }

    /// {@return the answers, the likeliest marked}
    static String table(Choice choice) {
        var table = Table.of("", "answer", "tokens", "logprob", "per character").right(2, 3, 4);
        for (int i = 0; i < choice.answers().size(); i++) {
            var score = choice.scores().get(i);
            table.row(
                    i == choice.best() ? "*" : "",
                    Escapes.quoted(choice.answers().get(i)),
                    Integer.toString(score.count()),
                    "%.4f".formatted(Json.sum(score.sumLogprob())),
                    "%.4f".formatted(Json.sum(choice.normalised(i))));
        }
        return "%s%n%nlikeliest: %s, by length: %s"
                .formatted(
                        table,
                        Escapes.quoted(choice.answers().get(choice.best())),
                        Escapes.quoted(choice.answers().get(choice.bestNormalised())));
    }
}
