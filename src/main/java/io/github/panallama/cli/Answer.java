package io.github.panallama.cli;

import io.github.panallama.ChatGeneration;
import io.github.panallama.Generation;
import io.github.panallama.chat.ChatReply;
import io.github.panallama.chat.ReplyPart;
import io.github.panallama.completion.Completion;
import io.github.panallama.completion.FinishReason;
import java.time.Duration;
import java.util.concurrent.CancellationException;

/// A generation on the console: its tokens as they come, then a table, then figures.
final class Answer {
    private Answer() {}

    /// Shows the tokens.
    ///
    /// @param from leaves out those that begin before: of an echoed prompt, which is shown as it was given instead
    /// @throws CancellationException after Ctrl-C; what there is has been shown, and the line ended
    static Completion stream(Generation generation, int from, Console console) {
        try {
            for (var token : generation) {
                if (token.textOffset() >= from && !token.text().isEmpty()) {
                    console.show(token.text());
                }
            }
            return generation.result();
        } catch (CancellationException e) {
            console.showLine("");
            throw e;
        }
    }

    /// Shows a reply; what the model thinks is dim.
    ///
    /// @throws CancellationException after Ctrl-C; what there is has been shown, and the line ended
    static ChatReply stream(ChatGeneration generation, Console console) {
        try {
            boolean thinking = false;
            for (var part : generation) {
                boolean thought = part instanceof ReplyPart.Reasoning;
                if (thinking && !thought) {
                    console.showLine("\n");
                }
                thinking = thought;
                console.show(thought ? console.dim(part.text()) : part.text());
            }
            return generation.result();
        } catch (CancellationException e) {
            console.showLine("");
            throw e;
        }
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
            case FinishReason.Cancelled(var why) -> "an interruption: " + why;
        };
    }
}
