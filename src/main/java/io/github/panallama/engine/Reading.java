package io.github.panallama.engine;

import io.github.panallama.completion.Token;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is wanted of the prompt itself, besides what comes after it.
///
/// @param shown prompt tokens that are handed over before the first generated one: those from index `from` on
/// @param from index in the prompt of the first shown token
/// @param rows where raw logits go, if they are wanted
record Reading(List<Token> shown, int from, @Nullable LogitRows rows) {
    /// Nothing.
    static final Reading NONE = new Reading(List.of(), 0, null);

    /// The tokens from an index on, with their log-probabilities if the request asks for those.
    static Reading tokens(List<Token> shown, int from) {
        return new Reading(shown, from, null);
    }

    /// Raw logits.
    static Reading rows(LogitRows rows) {
        return new Reading(List.of(), 0, rows);
    }
}
