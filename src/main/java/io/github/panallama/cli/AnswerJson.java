package io.github.panallama.cli;

import io.github.panallama.completion.Completion;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

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

    record Timings(
            double loadMs,
            double promptMs,
            double firstTokenMs,
            double decodeMs,
            double promptPerSecond,
            double decodePerSecond) {
        static Timings of(Completion completion, Duration load) {
            return of(completion.timings(), load);
        }

        static Timings of(io.github.panallama.completion.Timings timings, Duration load) {
            return new Timings(
                    milliseconds(load),
                    milliseconds(timings.prompt()),
                    milliseconds(timings.firstToken()),
                    milliseconds(timings.decode()),
                    rounded(timings.promptPerSecond()),
                    rounded(timings.decodePerSecond()));
        }
    }

    static double milliseconds(Duration duration) {
        return rounded(duration.toNanos() / 1e6);
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
