package io.github.panallama.completion;

import java.util.List;

/// The log-probabilities at one token's place: natural log of the model's own distribution (log-softmax of the raw
/// logits), before bias, penalties, grammar, filters and temperature.
///
/// @param chosen of the token that was chosen, at most 0; negative infinity if the model gave it no probability at all
/// @param rank of that token: 1 = the likeliest, ties go to the lower id
/// @param top the likeliest tokens, in descending order (ties: lower id first), as many as were asked for; the chosen
///     token is added as the last one when it is not among them
public record Logprobs(float chosen, int rank, List<Candidate> top) {
    /// Copies the list.
    public Logprobs {
        top = List.copyOf(top);
    }
}
