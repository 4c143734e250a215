package io.github.panallama.http.wire;

import io.github.panallama.completion.Candidate;
import io.github.panallama.completion.Token;
import java.util.List;

/// What could have stood in a token's place.
///
/// @param id of the token
/// @param text of the token
/// @param logprob of the token
public record Alternative(int id, String text, float logprob) {
    static Alternative of(Candidate candidate) {
        return new Alternative(candidate.id(), candidate.text(), Json.logprob(candidate.logprob()));
    }

    /// {@return what could have stood in a token's place, likeliest first}
    ///
    /// @param token any
    public static List<Alternative> of(Token token) {
        return token.logprobs().stream()
                .flatMap(logprobs -> logprobs.top().stream())
                .map(Alternative::of)
                .toList();
    }
}
