package io.github.panallama.cli;

import io.github.panallama.completion.Candidate;
import io.github.panallama.completion.Completion;
import io.github.panallama.completion.FinishReason;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What the shapes of completions and of chat completions have in common.
final class AnswerJson {
    private AnswerJson() {}

    /// What is not in the completion itself.
    ///
    /// @param id of this answer
    /// @param created when, in seconds since 1970
    /// @param model how it was asked for
    /// @param load how long loading took
    record Head(String id, long created, String model, Duration load) {
        /// A fresh one.
        ///
        /// @param prefix of the id
        static Head of(String prefix, String model, Duration load) {
            var id = prefix + UUID.randomUUID().toString().replace("-", "");
            return new Head(id, Instant.now().getEpochSecond(), model, load);
        }
    }

    record Usage(int promptTokens, int completionTokens, int totalTokens) {
        static Usage of(Completion completion) {
            var usage = completion.usage();
            return new Usage(usage.promptTokens(), usage.completionTokens(), usage.totalTokens());
        }
    }

    record Timings(
            double loadMs,
            double promptMs,
            double firstTokenMs,
            double decodeMs,
            double promptPerSecond,
            double decodePerSecond) {
        static Timings of(Completion completion, Duration load) {
            var timings = completion.timings();
            return new Timings(
                    milliseconds(load),
                    milliseconds(timings.prompt()),
                    milliseconds(timings.firstToken()),
                    milliseconds(timings.decode()),
                    rounded(timings.promptPerSecond()),
                    rounded(timings.decodePerSecond()));
        }
    }

    /// An alternative.
    record Alternative(int id, String text, float logprob) {
        static Alternative of(Candidate candidate) {
            return new Alternative(candidate.id(), candidate.text(), Json.logprob(candidate.logprob()));
        }
    }

    static String finishReason(FinishReason reason) {
        return switch (reason) {
            case FinishReason.EndOfText _, FinishReason.Stop _ -> "stop";
            case FinishReason.Length() -> "length";
            case FinishReason.ToolUse() -> "tool_calls";
            case FinishReason.Cancelled _ -> "cancelled";
        };
    }

    static @Nullable String stopSequence(FinishReason reason) {
        return reason instanceof FinishReason.Stop(var sequence) ? sequence : null;
    }

    static double milliseconds(Duration duration) {
        return rounded(duration.toNanos() / 1e6);
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
