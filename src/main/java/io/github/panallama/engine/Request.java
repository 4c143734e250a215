package io.github.panallama.engine;

import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.limits.Applied;
import java.util.Map;

/// A request as the scheduler gets it: everything that could be refused has been.
///
/// @param prompt at least one token
/// @param options as the caller gave them
/// @param seed of the draws, 32 bits
/// @param limits how many tokens it may generate; prompt and these fit the context
/// @param stopTokens the tokens that end it, each with the stop as it is reported
/// @param reading what is wanted of the prompt itself
record Request(
        Prompt prompt,
        CompletionOptions options,
        long seed,
        Applied limits,
        Map<Integer, String> stopTokens,
        Reading reading) {
    int maxTokens() {
        return limits.effective();
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
}
