package io.github.panallama.completion;

import java.util.Optional;

/// One generated token.
///
/// @param id the token's id in the model's vocabulary
/// @param text what this token added to the completion's text: empty while a character is incomplete, cut where a stop
///     begins; joined over all tokens it is the completion's text
/// @param bytes the token's exact bytes
/// @param logprobs present when they were asked for
public record Token(int id, String text, Bytes bytes, Optional<Logprobs> logprobs) {
    /// {@return the token's log-probability}
    ///
    /// @throws IllegalStateException when none were asked for
    public float logprob() {
        return logprobs.orElseThrow(() -> new IllegalStateException(
                        "no log-probabilities were asked for: use CompletionOptions.withLogprobs(n)"))
                .chosen();
    }
}
