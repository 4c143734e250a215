package io.github.panallama.completion;

import java.util.Optional;

/// How a prompt is read, and whether it is part of the answer.
///
/// @param echo whether the prompt comes back in front of the completion, with log-probabilities of its tokens when
///     those are asked for; cannot be combined with a suffix
/// @param suffix the text after the gap that the completion fills (fill-in-the-middle); for models that have the tokens
///     for it
/// @param parseSpecial whether the text of a control token in the prompt is read as that token; turn it off for a
///     prompt that contains what others wrote. With a suffix it never is
public record PromptOptions(boolean echo, Optional<String> suffix, boolean parseSpecial) {
    /// Not echoed, no suffix, control tokens parsed.
    public static final PromptOptions DEFAULT = new PromptOptions(false, Optional.empty(), true);

    /// Refuses an echo together with a suffix.
    public PromptOptions {
        if (echo && suffix.isPresent()) {
            throw new IllegalArgumentException(
                    "echo shows the prompt as the model reads it, and with a suffix it reads prompt and suffix rearranged: leave one of them out");
        }
    }

    /// {@return a copy that does or does not give the prompt back}
    ///
    /// @param echo see the component
    public PromptOptions withEcho(boolean echo) {
        return new PromptOptions(echo, suffix, parseSpecial);
    }

    /// {@return a copy with another suffix, or none}
    ///
    /// @param suffix see the component
    public PromptOptions withSuffix(Optional<String> suffix) {
        return new PromptOptions(echo, suffix, parseSpecial);
    }

    /// {@return a copy that does or does not read control tokens}
    ///
    /// @param parseSpecial see the component
    public PromptOptions withParseSpecial(boolean parseSpecial) {
        return new PromptOptions(echo, suffix, parseSpecial);
    }
}
