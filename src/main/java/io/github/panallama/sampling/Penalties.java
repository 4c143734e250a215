package io.github.panallama.sampling;

/// What makes a token that has occurred less likely to occur again.
///
/// The repeat penalty looks at a window: the logit `x` of each distinct token of the last `lastN` becomes
/// `x > 0 ? x / repeat : x * repeat`. Frequency and presence look at the whole completion and never at the
/// prompt (OpenAI's formula): `logit - count * frequency - (count > 0 ? presence : 0)`.
///
/// @param repeat the repeat penalty, above 0; 1 = off
/// @param lastN how many tokens the repeat penalty looks back, 0 or more; 0 = off
/// @param prompt whether the repeat penalty's window begins in the prompt
/// @param frequency subtracted once per occurrence, any finite number; 0 = off
/// @param presence subtracted once if there is any occurrence, any finite number; 0 = off
public record Penalties(float repeat, int lastN, boolean prompt, float frequency, float presence) {
    /// No penalty; a window of 64 generated tokens once `repeat` is set.
    public static final Penalties NONE = new Penalties(1, 64, false, 0, 0);

    /// Checks the ranges.
    public Penalties {
        Checks.repeat(repeat, lastN);
        Checks.occurrence(frequency, presence);
    }

    /// {@return a copy with another repeat penalty}
    ///
    /// @param repeat see the component
    public Penalties withRepeat(float repeat) {
        return new Penalties(repeat, lastN, prompt, frequency, presence);
    }

    /// {@return a copy with another window}
    ///
    /// @param lastN see the component
    public Penalties withLastN(int lastN) {
        return new Penalties(repeat, lastN, prompt, frequency, presence);
    }

    /// {@return a copy whose window does or does not begin in the prompt}
    ///
    /// @param prompt see the component
    public Penalties withPrompt(boolean prompt) {
        return new Penalties(repeat, lastN, prompt, frequency, presence);
    }

    /// {@return a copy with another frequency penalty}
    ///
    /// @param frequency see the component
    public Penalties withFrequency(float frequency) {
        return new Penalties(repeat, lastN, prompt, frequency, presence);
    }

    /// {@return a copy with another presence penalty}
    ///
    /// @param presence see the component
    public Penalties withPresence(float presence) {
        return new Penalties(repeat, lastN, prompt, frequency, presence);
    }
}
