package io.github.panallama.limits;

import java.util.Optional;
import java.util.OptionalInt;

/// How many tokens a request asks for: a number, the name of a preset, a bound on prompt and answer together, or
/// nothing.
///
/// @param tokens the most tokens of the answer; 0 = none, negative = until the context is full
/// @param preset a name that [GenerationLimits#presets()] has, case does not count
/// @param total the most tokens of prompt and answer together, 1 or more (the `max_length` of Hugging Face's
/// `generate`)
/// @param otherwise what holds when none of these is given: a default of the protocol that the request came by
public record Length(OptionalInt tokens, Optional<String> preset, OptionalInt total, OptionalInt otherwise) {
    /// Asks for nothing: the dynamic default, else until the context is full.
    public static final Length UNSPECIFIED =
            new Length(OptionalInt.empty(), Optional.empty(), OptionalInt.empty(), OptionalInt.empty());

    /// Checks that at most one of the three is given.
    public Length {
        if (tokens.orElse(0) < 0) {
            tokens = OptionalInt.of(-1); // one value for "until the context is full"
        }
        if (total.orElse(1) < 1) {
            throw new IllegalArgumentException("maxLength is %d, must be 1 or more".formatted(total.getAsInt()));
        }
        if ((tokens.isPresent() ? 1 : 0) + (preset.isPresent() ? 1 : 0) + (total.isPresent() ? 1 : 0) > 1) {
            throw new IllegalArgumentException(
                    "more than one of a number of tokens, a length preset and a bound on prompt and answer together: give one of them");
        }
    }

    /// {@return a request for a number of tokens}
    ///
    /// @param tokens see the component
    public static Length tokens(int tokens) {
        return new Length(OptionalInt.of(tokens), Optional.empty(), OptionalInt.empty(), OptionalInt.empty());
    }

    /// {@return a request for what a preset stands for}
    ///
    /// @param preset see the component
    public static Length preset(String preset) {
        return new Length(OptionalInt.empty(), Optional.of(preset), OptionalInt.empty(), OptionalInt.empty());
    }

    /// {@return a bound on prompt and answer together}
    ///
    /// @param total see the component
    public static Length total(int total) {
        return new Length(OptionalInt.empty(), Optional.empty(), OptionalInt.of(total), OptionalInt.empty());
    }

    /// {@return a request that names no number, with its protocol's default}
    ///
    /// @param otherwise see the component
    public static Length otherwise(int otherwise) {
        return new Length(OptionalInt.empty(), Optional.empty(), OptionalInt.empty(), OptionalInt.of(otherwise));
    }
}
