package io.github.panallama.error;

/// The prompt does not fit the context window: shorten it or load with a larger context size.
public final class ContextFullException extends LlamaException {
    /// What [#promptTokens()] gives.
    private final int promptTokens;

    /// Creates it.
    ///
    /// @param message what is wrong and the way out
    public ContextFullException(String message) {
        this(message, 0);
    }

    /// Creates it for a prompt.
    ///
    /// @param message what is wrong and the way out
    /// @param promptTokens tokens of the prompt
    public ContextFullException(String message, int promptTokens) {
        super(message);
        this.promptTokens = promptTokens;
    }

    /// {@return tokens of the prompt that does not fit; 0 if it is not one prompt that does not}
    public int promptTokens() {
        return promptTokens;
    }
}
