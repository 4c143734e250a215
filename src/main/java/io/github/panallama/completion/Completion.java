package io.github.panallama.completion;

import io.github.panallama.limits.Applied;
import java.util.List;

/// A completion: what the model wrote after a prompt. Prints as its text.
///
/// @param text the text after the prompt, without the stop that ended it; always whole characters. With
///     [PromptOptions#echo()] the prompt, exactly as it was given, stands before it
/// @param prompt the prompt's tokens when it is echoed, without the BOS that was added; else empty. Their texts joined
///     are the prompt, unless the model's tokenizer changes its input (as by normalising it)
/// @param tokens the tokens that were generated, in order; their texts joined are the text after the prompt
/// @param finish why it ended
/// @param usage how many tokens it used
/// @param seed the seed of its draws: the same request with this seed repeats it
/// @param limits how many tokens it could have had, and why
/// @param timings where its time went
public record Completion(
        String text,
        List<Token> prompt,
        List<Token> tokens,
        FinishReason finish,
        Usage usage,
        long seed,
        Applied limits,
        Timings timings) {
    /// Copies the lists.
    public Completion {
        prompt = List.copyOf(prompt);
        tokens = List.copyOf(tokens);
    }

    /// {@return where a token's text begins in [#text()], counted in `char`s as Java's string methods count}
    ///
    /// @param token one of [#prompt()] or [#tokens()]
    public int utf16Index(Token token) {
        int start = prompt.isEmpty() && !tokens.isEmpty() ? tokens.getFirst().textOffset() : 0;
        return text.offsetByCodePoints(0, token.textOffset() - start);
    }

    /// {@return the text}
    @Override
    public String toString() {
        return text;
    }
}
