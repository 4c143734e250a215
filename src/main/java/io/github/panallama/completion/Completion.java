package io.github.panallama.completion;

import java.util.List;

/// A completion: what the model wrote after a prompt. Prints as its text.
///
/// @param text the text after the prompt, without the stop that ended it; always whole characters
/// @param tokens the tokens that make up the text, in order; their texts joined are `text`
/// @param finish why it ended
/// @param usage how many tokens it used
/// @param seed the seed of its draws: the same request with this seed repeats it
/// @param timings where its time went
public record Completion(
        String text, List<Token> tokens, FinishReason finish, Usage usage, long seed, Timings timings) {
    /// Copies the list.
    public Completion {
        tokens = List.copyOf(tokens);
    }

    /// {@return the text}
    @Override
    public String toString() {
        return text;
    }
}
