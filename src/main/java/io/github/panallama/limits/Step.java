package io.github.panallama.limits;

/// The default for prompts up to a length.
///
/// @param promptTokens the longest prompt that it is for, 0 or more
/// @param maxTokens the tokens that an answer to it may have, 1 or more
public record Step(int promptTokens, int maxTokens) {
    /// Checks the ranges.
    public Step {
        if (promptTokens < 0 || maxTokens < 1) {
            throw new IllegalArgumentException(
                    "a step has 0 or more prompt tokens and 1 or more tokens of answer, not %d and %d"
                            .formatted(promptTokens, maxTokens));
        }
    }
}
