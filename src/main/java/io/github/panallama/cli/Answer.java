package io.github.panallama.cli;

import io.github.panallama.Generation;
import io.github.panallama.completion.Completion;
import io.github.panallama.completion.FinishReason;
import io.github.panallama.completion.Token;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;

/// A generation on the console: its tokens as they come, then a table, then figures.
final class Answer {
    private Answer() {}

    /// Shows the tokens.
    ///
    /// @throws CancellationException after Ctrl-C; what there is has been shown, and the line ended
    static Completion stream(Generation generation, Console console) {
        try {
            for (var token : generation) {
                if (!token.text().isEmpty()) {
                    console.show(token.text());
                }
            }
            return generation.result();
        } catch (CancellationException e) {
            console.showLine("");
            throw e;
        }
    }

    /// {@return the log-probabilities as a table}
    static String table(List<Token> tokens) {
        var pieces = Pieces.of("", tokens);
        var table = Table.of("token", "id", "logprob", "prob", "rank", "alternatives")
                .right(1, 2, 3, 4);
        for (int i = 0; i < tokens.size(); i++) {
            var token = tokens.get(i);
            var logprobs = token.logprobs().orElseThrow();
            table.row(
                    Escapes.quoted(pieces.texts().get(i)),
                    Integer.toString(token.id()),
                    "%.4f".formatted(Json.logprob(logprobs.chosen())),
                    percent(logprobs.chosen()),
                    Integer.toString(logprobs.rank()),
                    logprobs.top().stream()
                            .filter(c -> c.id() != token.id())
                            .map(c -> Escapes.quoted(c.text()) + " " + percent(c.logprob()))
                            .collect(Collectors.joining("  ")));
        }
        return table.toString();
    }

    private static String percent(float logprob) {
        return "%.1f%%".formatted(100 * Math.exp(logprob));
    }

    /// {@return the figures, for standard error}
    static String stats(Completion completion, Duration load) {
        var usage = completion.usage();
        var timings = completion.timings();
        return """
                prompt     %d tokens in %s (%.1f per second), first token after %s
                generated  %d tokens in %s (%.1f per second), ended by %s
                seed       %d
                load       %s"""
                .formatted(
                        usage.promptTokens(),
                        Sizes.time(AnswerJson.milliseconds(timings.prompt())),
                        timings.promptPerSecond(),
                        Sizes.time(AnswerJson.milliseconds(timings.firstToken())),
                        usage.completionTokens(),
                        Sizes.time(AnswerJson.milliseconds(timings.decode())),
                        timings.decodePerSecond(),
                        ended(completion.finish()),
                        completion.seed(),
                        Sizes.time(AnswerJson.milliseconds(load)));
    }

    private static String ended(FinishReason reason) {
        return switch (reason) {
            case FinishReason.EndOfText() -> "the model";
            case FinishReason.Stop(var sequence) -> "the stop " + Escapes.quoted(sequence);
            case FinishReason.Length() -> "the cap on tokens or the end of the context";
            case FinishReason.ToolUse() -> "a tool call";
            case FinishReason.Cancelled _ -> "an interruption";
        };
    }
}
