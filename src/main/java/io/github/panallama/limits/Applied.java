package io.github.panallama.limits;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// What became of a request's wish for tokens.
///
/// @param requested the number asked for, negative = until the context is full; of a bound on prompt and answer
///     together the part left for the answer; empty when a preset or nothing was asked for
/// @param preset the preset asked for, in lower case
/// @param effective the most tokens generated
/// @param reasons how it came about: where the number is from, then what changed it, in that order
/// @param promptTokens tokens of the prompt
/// @param contextRoom tokens that the context window has room for beside the prompt
public record Applied(
        OptionalInt requested,
        Optional<String> preset,
        int effective,
        List<Reason> reasons,
        int promptTokens,
        int contextRoom) {

    /// Copies the list.
    public Applied {
        reasons = List.copyOf(reasons);
    }
}
