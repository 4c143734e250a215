package io.github.panallama.completion;

import java.util.List;

/// What ends a completion before its cap.
///
/// @param texts texts that end it where they appear, also inside or across tokens. Case counts; the text before the
///     match is kept as it is, the match is left out. Of several the one that ends first wins, of those that end
///     together the longest. A text that is exactly one control token of the model (such as an end-of-turn mark) stops
///     at that token
/// @param tokens ids of tokens that end it; such a token is left out of the text
/// @param ignoreEos whether the model is kept from ending its text: the tokens that would are never chosen
public record Stops(List<String> texts, List<Integer> tokens, boolean ignoreEos) {
    /// Only the model itself ends its text.
    public static final Stops NONE = new Stops(List.of(), List.of(), false);

    /// Copies the lists.
    public Stops {
        texts = List.copyOf(texts);
        tokens = List.copyOf(tokens);
        if (texts.contains("")) {
            throw new IllegalArgumentException("an empty stop text would match at once: leave it out");
        }
        tokens.forEach(id -> {
            if (id < 0) {
                throw new IllegalArgumentException("stop token %d is negative: ids begin at 0".formatted(id));
            }
        });
    }

    /// {@return a copy with other texts}
    ///
    /// @param texts see the component
    public Stops withTexts(List<String> texts) {
        return new Stops(texts, tokens, ignoreEos);
    }

    /// {@return a copy with other tokens}
    ///
    /// @param tokens see the component
    public Stops withTokens(List<Integer> tokens) {
        return new Stops(texts, tokens, ignoreEos);
    }

    /// {@return a copy that does or does not keep the model from ending its text}
    ///
    /// @param ignoreEos see the component
    public Stops withIgnoreEos(boolean ignoreEos) {
        return new Stops(texts, tokens, ignoreEos);
    }
}
