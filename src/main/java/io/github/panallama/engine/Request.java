package io.github.panallama.engine;

import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.FinishReason;
import io.github.panallama.limits.Applied;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A request as the scheduler gets it: everything that could be refused has been.
///
/// @param prompt at least one token
/// @param options as the caller gave them
/// @param seed of the draws, 32 bits
/// @param limits how many tokens it may generate; prompt and these fit the context
/// @param stopTokens the tokens that end it, each with the reason that it is
/// @param reading what is wanted of the prompt itself
record Request(
        Prompt prompt,
        CompletionOptions options,
        long seed,
        Applied limits,
        Map<Integer, FinishReason> stopTokens,
        Reading reading) {
    int maxTokens() {
        return limits.effective();
    }

    /// {@return the texts that end it}
    List<String> stopTexts() {
        return Stream.concat(options.stops().texts().stream(), prompt.form().ends().stream())
                .distinct()
                .toList();
    }

    /// {@return the reason that a stop text is: one that the caller named wins}
    FinishReason stoppedBy(String text) {
        return options.stops().texts().contains(text) ? new FinishReason.Stop(text) : new FinishReason.EndOfText();
    }

    /// {@return how many tokens of the prompt have to be evaluated: nobody looks at what follows the last one of a text
    /// that is only scored}
    int evaluatedTokens() {
        int length = prompt.tokens().length;
        if (maxTokens() > 0 || reading.rows() != null) {
            return length;
        }
        return reading.shown().isEmpty() || options.logprobs().isEmpty() ? 0 : length - 1;
    }

    /// {@return the first position of the prompt whose row is wanted}
    int firstRow() {
        int first = evaluatedTokens() - (maxTokens() > 0 ? 1 : 0);
        if (!reading.shown().isEmpty() && options.logprobs().isPresent()) {
            first = Math.min(first, Math.max(reading.from(), 1) - 1); // row i tells of token i + 1
        }
        return reading.rows() == null ? first : Math.min(first, reading.rows().first());
    }

    /// {@return how many tokens of the prompt a sequence that holds others need not evaluate again: those that both
    /// begin
    /// with, as far as none of their rows is wanted}
    int sharedWith(int[] others) {
        int mismatch = Arrays.mismatch(prompt.tokens(), others);
        return Math.min(mismatch < 0 ? others.length : mismatch, firstRow());
    }
}
