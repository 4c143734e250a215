package io.github.panallama.completion;

/// How many tokens a completion used.
///
/// @param promptTokens of the prompt, with BOS and whatever a template added
/// @param completionTokens generated, those of a stop text included, without the token that ended the text
public record Usage(int promptTokens, int completionTokens) {
    /// {@return both together}
    public int totalTokens() {
        return promptTokens + completionTokens;
    }
}
