package io.github.panallama.cli;

import io.github.panallama.completion.Candidate;
import io.github.panallama.completion.Completion;
import io.github.panallama.completion.FinishReason;
import io.github.panallama.completion.Token;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
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
            return of(List.of(completion));
        }

        /// The prompt counts once.
        static Usage of(List<Completion> completions) {
            int prompt = completions.getFirst().usage().promptTokens();
            int generated = completions.stream()
                    .mapToInt(c -> c.usage().completionTokens())
                    .sum();
            return new Usage(prompt, generated, prompt + generated);
        }
    }

    /// How many tokens the answer could have.
    ///
    /// @param requested the number asked for, -1 = until the context is full
    /// @param applied what it got
    /// @param reasons how that came about, in order
    record Limits(@Nullable Integer requested, int applied, List<String> reasons) {
        static Limits of(Completion completion) {
            var limits = completion.limits();
            return new Limits(
                    limits.requested().isPresent() ? limits.requested().getAsInt() : null,
                    limits.effective(),
                    limits.reasons().stream()
                            .map(reason -> reason.name().toLowerCase(Locale.ROOT))
                            .toList());
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

    /// An alternative.
    record Alternative(int id, String text, float logprob) {
        static Alternative of(Candidate candidate) {
            return new Alternative(candidate.id(), candidate.text(), Json.logprob(candidate.logprob()));
        }
    }

    /// {@return what could have stood in a token's place, likeliest first}
    static List<Alternative> alternatives(Token token) {
        return token.logprobs().stream()
                .flatMap(logprobs -> logprobs.top().stream())
                .map(Alternative::of)
                .toList();
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
