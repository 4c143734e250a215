package io.github.panallama.completion;

import io.github.panallama.limits.GenerationLimits;
import io.github.panallama.limits.Length;
import io.github.panallama.sampling.Grammar;
import io.github.panallama.sampling.Sampling;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// How a completion is generated.
///
/// @param length how many tokens are generated at most, a hard cap
/// @param stops what ends the completion before that
/// @param sampling how tokens are chosen
/// @param logprobs how many of the likeliest alternatives each token reports (0 = its own log-probability alone; more
///     than the vocabulary has = all of it); empty = none
/// @param prompt how the prompt is read, and whether it comes back
/// @param grammar what the text must conform to; a token that cannot continue it is never chosen
/// @param n how many completions of the same prompt; more than one only with `Llama.completeAll`
/// @param limits an operator's policy on the number of tokens, applied to `length`; what was applied, and why, is in
///     the completion
/// @param control a deadline, and a handle to end it from another thread
public record CompletionOptions(
        Length length,
        Stops stops,
        Sampling sampling,
        OptionalInt logprobs,
        PromptOptions prompt,
        Optional<Grammar> grammar,
        int n,
        GenerationLimits limits,
        Control control) {

    /// At most 256 tokens, no stops, [Sampling#DEFAULT], no log-probabilities, one completion, no limits.
    public static final CompletionOptions DEFAULT = new CompletionOptions(
            Length.tokens(256),
            Stops.NONE,
            Sampling.DEFAULT,
            OptionalInt.empty(),
            PromptOptions.DEFAULT,
            Optional.empty(),
            1,
            GenerationLimits.NONE,
            Control.NONE);

    /// The most completions of one prompt.
    private static final int MAX_N = 128;

    /// Checks the ranges.
    public CompletionOptions {
        require(logprobs.orElse(0) >= 0, "logprobs", logprobs, "0 or more");
        require(n >= 1 && n <= MAX_N, "n", OptionalInt.of(n), "within 1..128");
    }

    private static void require(boolean condition, String what, OptionalInt value, String range) {
        if (!condition) {
            throw new IllegalArgumentException("%s is %d, must be %s".formatted(what, value.getAsInt(), range));
        }
    }

    /// {@return a copy with another cap}
    ///
    /// @param length see the component
    public CompletionOptions withLength(Length length) {
        return new CompletionOptions(length, stops, sampling, logprobs, prompt, grammar, n, limits, control);
    }

    /// {@return a copy with other stops}
    ///
    /// @param stops see the component
    public CompletionOptions withStops(Stops stops) {
        return new CompletionOptions(length, stops, sampling, logprobs, prompt, grammar, n, limits, control);
    }

    /// {@return a copy with another sampling}
    ///
    /// @param sampling see the component
    public CompletionOptions withSampling(Sampling sampling) {
        return new CompletionOptions(length, stops, sampling, logprobs, prompt, grammar, n, limits, control);
    }

    /// {@return a copy with another number of alternatives, or without log-probabilities}
    ///
    /// @param logprobs see the component
    public CompletionOptions withLogprobs(OptionalInt logprobs) {
        return new CompletionOptions(length, stops, sampling, logprobs, prompt, grammar, n, limits, control);
    }

    /// {@return a copy with another reading of the prompt}
    ///
    /// @param prompt see the component
    public CompletionOptions withPrompt(PromptOptions prompt) {
        return new CompletionOptions(length, stops, sampling, logprobs, prompt, grammar, n, limits, control);
    }

    /// {@return a copy with another grammar, or none}
    ///
    /// @param grammar see the component
    public CompletionOptions withGrammar(Optional<Grammar> grammar) {
        return new CompletionOptions(length, stops, sampling, logprobs, prompt, grammar, n, limits, control);
    }

    /// {@return a copy with another number of completions}
    ///
    /// @param n see the component
    public CompletionOptions withN(int n) {
        return new CompletionOptions(length, stops, sampling, logprobs, prompt, grammar, n, limits, control);
    }

    /// {@return a copy with other limits}
    ///
    /// @param limits see the component
    public CompletionOptions withLimits(GenerationLimits limits) {
        return new CompletionOptions(length, stops, sampling, logprobs, prompt, grammar, n, limits, control);
    }

    /// {@return a copy with another way to be ended}
    ///
    /// @param control see the component
    public CompletionOptions withControl(Control control) {
        return new CompletionOptions(length, stops, sampling, logprobs, prompt, grammar, n, limits, control);
    }

    /// {@return a copy that stops at these texts}
    ///
    /// @param stop see [Stops#texts()]
    public CompletionOptions withStop(String... stop) {
        return withStop(List.of(stop));
    }

    /// {@return a copy that stops at these texts}
    ///
    /// @param stop see [Stops#texts()]
    public CompletionOptions withStop(List<String> stop) {
        return withStops(stops.withTexts(stop));
    }

    /// {@return a copy that stops at these tokens}
    ///
    /// @param ids see [Stops#tokens()]
    public CompletionOptions withStopTokens(int... ids) {
        return withStops(stops.withTokens(Arrays.stream(ids).boxed().toList()));
    }

    /// {@return a copy in which the model may or may not end its text}
    ///
    /// @param ignoreEos see [Stops#ignoreEos()]
    public CompletionOptions withIgnoreEos(boolean ignoreEos) {
        return withStops(stops.withIgnoreEos(ignoreEos));
    }

    /// {@return a copy with log-probabilities}
    ///
    /// @param alternatives how many of the likeliest alternatives each token reports, 0 or more
    public CompletionOptions withLogprobs(int alternatives) {
        return withLogprobs(OptionalInt.of(alternatives));
    }

    /// {@return a copy that does or does not give the prompt back}
    ///
    /// @param echo see [PromptOptions#echo()]
    public CompletionOptions withEcho(boolean echo) {
        return withPrompt(prompt.withEcho(echo));
    }

    /// {@return a copy that fills the gap before a suffix}
    ///
    /// @param suffix see [PromptOptions#suffix()]
    public CompletionOptions withSuffix(String suffix) {
        return withPrompt(prompt.withSuffix(Optional.of(suffix)));
    }

    /// {@return a copy that does or does not read control tokens in the prompt}
    ///
    /// @param parseSpecial see [PromptOptions#parseSpecial()]
    public CompletionOptions withParseSpecial(boolean parseSpecial) {
        return withPrompt(prompt.withParseSpecial(parseSpecial));
    }

    /// {@return a copy with another cap}
    ///
    /// @param maxTokens the most tokens generated; 0 = none, negative = until the context is full
    public CompletionOptions withMaxTokens(int maxTokens) {
        return withLength(Length.tokens(maxTokens));
    }

    /// {@return a copy with a cap on prompt and completion together instead}
    ///
    /// @param maxLength 1 or more tokens
    public CompletionOptions withMaxLength(int maxLength) {
        return withLength(Length.total(maxLength));
    }

    /// {@return a copy with another grammar}
    ///
    /// @param grammar see the component
    public CompletionOptions withGrammar(Grammar grammar) {
        return withGrammar(Optional.of(grammar));
    }

    /// {@return a copy with a deadline}
    ///
    /// @param deadline see [Control#deadline()]
    public CompletionOptions withDeadline(Duration deadline) {
        return withControl(control.withDeadline(Optional.of(deadline)));
    }

    /// {@return a copy that a handle can end}
    ///
    /// @param cancel see [Control#cancel()]
    public CompletionOptions withCancel(Cancel cancel) {
        return withControl(control.withCancel(Optional.of(cancel)));
    }
}
