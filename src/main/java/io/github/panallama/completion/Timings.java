package io.github.panallama.completion;

import java.time.Duration;

/// Where the time of a completion went.
///
/// @param prompt evaluating the prompt
/// @param firstToken from the request to the first token, waiting included
/// @param decode from the first token to the last
/// @param promptTokens tokens evaluated in `prompt`: fewer than the prompt has when its beginning was still there from
///     an earlier request
/// @param decodedTokens tokens generated in `decode`, that is, all but the first
public record Timings(Duration prompt, Duration firstToken, Duration decode, int promptTokens, int decodedTokens) {
    /// Nothing was done.
    public static final Timings NONE = new Timings(Duration.ZERO, Duration.ZERO, Duration.ZERO, 0, 0);

    /// {@return the sums of both: one after the other}
    ///
    /// @param other what was done next
    public Timings plus(Timings other) {
        return new Timings(
                prompt.plus(other.prompt),
                firstToken.plus(other.firstToken),
                decode.plus(other.decode),
                promptTokens + other.promptTokens,
                decodedTokens + other.decodedTokens);
    }

    /// {@return prompt tokens per second; 0 when there is nothing to divide by}
    public double promptPerSecond() {
        return perSecond(promptTokens, prompt);
    }

    /// {@return generated tokens per second; 0 when there is nothing to divide by}
    public double decodePerSecond() {
        return perSecond(decodedTokens, decode);
    }

    private static double perSecond(int tokens, Duration time) {
        return time.isZero() ? 0 : tokens * 1e9 / time.toNanos();
    }
}
