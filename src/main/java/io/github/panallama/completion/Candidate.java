package io.github.panallama.completion;

/// A token that could have come at some place.
///
/// @param id the token's id
/// @param text the token's own text, that of a control token included; bytes that are no whole character show as U+FFFD
/// @param bytes the token's exact bytes
/// @param logprob natural log of its probability in the model's own distribution, at most 0
public record Candidate(int id, String text, Bytes bytes, float logprob) {
    /// {@return the probability, 0..1}
    public double probability() {
        return Math.exp(logprob);
    }
}
