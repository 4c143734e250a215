package io.github.panallama.completion;

import io.github.panallama.sampling.Sampling;
import java.util.List;
import java.util.OptionalInt;

/// How a completion is generated.
///
/// @param maxTokens the most tokens generated, a hard cap; 0 = none, negative = until the context is full
/// @param stop texts that end the completion where they appear, also inside or across tokens. Case counts; the text
///     before the match is kept as it is, the match is left out. A text that is exactly one control token of the model
///     (such as an end-of-turn mark) stops at that token
/// @param sampling how tokens are chosen
/// @param logprobs how many of the likeliest alternatives each token reports (0 = its own log-probability alone);
///     empty = none
/// @param parseSpecial whether the text of a control token in the prompt is read as that token; turn it off for a
/// prompt
///     that contains what others wrote
public record CompletionOptions(
        int maxTokens, List<String> stop, Sampling sampling, OptionalInt logprobs, boolean parseSpecial) {

    /// At most 256 tokens, no stops, [Sampling#DEFAULT], no log-probabilities, control tokens parsed.
    public static final CompletionOptions DEFAULT =
            new CompletionOptions(256, List.of(), Sampling.DEFAULT, OptionalInt.empty(), true);

    /// Checks the ranges and copies the list.
    public CompletionOptions {
        maxTokens = Math.max(maxTokens, -1); // one value for "until the context is full"
        stop = List.copyOf(stop);
        if (stop.contains("")) {
            throw new IllegalArgumentException("an empty stop text would match at once: leave it out");
        }
        if (logprobs.isPresent() && logprobs.getAsInt() < 0) {
            throw new IllegalArgumentException("logprobs is %d, must be 0 or more".formatted(logprobs.getAsInt()));
        }
    }

    /// {@return a copy with another cap}
    ///
    /// @param maxTokens see the component
    public CompletionOptions withMaxTokens(int maxTokens) {
        return new CompletionOptions(maxTokens, stop, sampling, logprobs, parseSpecial);
    }

    /// {@return a copy with other stops}
    ///
    /// @param stop see the component
    public CompletionOptions withStop(List<String> stop) {
        return new CompletionOptions(maxTokens, stop, sampling, logprobs, parseSpecial);
    }

    /// {@return a copy with other stops}
    ///
    /// @param stop see the component
    public CompletionOptions withStop(String... stop) {
        return withStop(List.of(stop));
    }

    /// {@return a copy with another sampling}
    ///
    /// @param sampling see the component
    public CompletionOptions withSampling(Sampling sampling) {
        return new CompletionOptions(maxTokens, stop, sampling, logprobs, parseSpecial);
    }

    /// {@return a copy with another number of alternatives, or without log-probabilities}
    ///
    /// @param logprobs see the component
    public CompletionOptions withLogprobs(OptionalInt logprobs) {
        return new CompletionOptions(maxTokens, stop, sampling, logprobs, parseSpecial);
    }

    /// {@return a copy with log-probabilities}
    ///
    /// @param alternatives how many of the likeliest alternatives each token reports, 0 or more
    public CompletionOptions withLogprobs(int alternatives) {
        return withLogprobs(OptionalInt.of(alternatives));
    }

    /// {@return a copy that does or does not read control tokens in the prompt}
    ///
    /// @param parseSpecial see the component
    public CompletionOptions withParseSpecial(boolean parseSpecial) {
        return new CompletionOptions(maxTokens, stop, sampling, logprobs, parseSpecial);
    }
}
