package io.github.panallama.completion;

import java.util.Optional;

/// One token of a completion, of an echoed prompt or of a scored text.
///
/// @param id the token's id in the model's vocabulary
/// @param text what this token added to the text: empty while a character is incomplete, cut where a stop begins;
///     joined over all tokens it is the whole text
/// @param bytes the token's exact bytes
/// @param textOffset where `text` begins, in Unicode code points from the start of the caller's prompt, whether or not
///     that is echoed; for a chat from the start of the reply
/// @param logprobs present when they were asked for, except for the first token of a text that nothing comes before
public record Token(int id, String text, Bytes bytes, int textOffset, Optional<Logprobs> logprobs) {
    /// {@return the token's log-probability}
    ///
    /// @throws IllegalStateException when there is none
    public float logprob() {
        return logprobs.orElseThrow(
                        () -> new IllegalStateException(
                                "this token has no log-probability: nothing comes before it, or none were asked for with CompletionOptions.withLogprobs(n)"))
                .chosen();
    }

    /// {@return a copy with another text}
    ///
    /// @param text see the component
    public Token withText(String text) {
        return new Token(id, text, bytes, textOffset, logprobs);
    }

    /// {@return a copy with other log-probabilities, or none}
    ///
    /// @param logprobs see the component
    public Token withLogprobs(Optional<Logprobs> logprobs) {
        return new Token(id, text, bytes, textOffset, logprobs);
    }
}
