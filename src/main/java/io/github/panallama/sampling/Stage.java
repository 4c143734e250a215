package io.github.panallama.sampling;

import java.util.Map;

/// One step of a sampler chain, in the order of [Sampling#chain()]. The last step of a chain selects a token.
public sealed interface Stage {
    /// Adds a number to the logits of some tokens.
    ///
    /// @param biases by token id; negative infinity forbids the token
    record Bias(Map<Integer, Float> biases) implements Stage {}

    /// The repeat penalty over a window of tokens (see [Penalties]).
    ///
    /// @param penalty above 0
    /// @param lastN length of the window
    /// @param prompt whether the prompt's tokens are in the window
    record Repeat(float penalty, int lastN, boolean prompt) implements Stage {}

    /// Frequency and presence penalties over the whole completion (see [Penalties]).
    ///
    /// @param frequency per occurrence
    /// @param presence once
    record Occurrence(float frequency, float presence) implements Stage {}

    /// Keeps the k likeliest.
    ///
    /// @param k at least 1
    record TopK(int k) implements Stage {}

    /// Keeps the tokens whose surprise is nearest to the distribution's entropy, up to the mass p
    /// (locally typical sampling, Meister et al. 2022).
    ///
    /// @param p in 0..1
    record TypicalP(float p) implements Stage {}

    /// Keeps the smallest set of likeliest tokens whose mass reaches p (nucleus sampling, Holtzman et al. 2019).
    ///
    /// @param p in 0..1
    record TopP(float p) implements Stage {}

    /// Keeps the tokens at least p times as likely as the likeliest.
    ///
    /// @param p in 0..1
    record MinP(float p) implements Stage {}

    /// Divides the logits.
    ///
    /// @param temperature above 0
    record Temperature(float temperature) implements Stage {}

    /// Selects the likeliest; of equals the one with the lowest id.
    record Greedy() implements Stage {}

    /// Selects at random by probability.
    record Draw() implements Stage {}
}
