package io.github.panallama.completion;

import java.time.Duration;
import java.util.Optional;

/// How a text is scored.
///
/// @param top how many of the likeliest tokens each place reports, 0 or more
/// @param stride for texts longer than the context: by how many tokens the window moves on, less than the context;
///     0 = half the context. Every token is scored once, with at least `context - stride` tokens before it (as soon as
///     there are so many); the smaller the stride, the more context and the more work. Each window but the first begins
///     with BOS in the place of its first token, if the model wants one, as llama.cpp's perplexity tool does
/// @param parseSpecial whether the text of a control token is read as that token
/// @param control a deadline, and a handle to end it from another thread
public record ScoreOptions(int top, int stride, boolean parseSpecial, Control control) {
    /// No alternatives, half the context, control tokens read as plain text.
    public static final ScoreOptions DEFAULT = new ScoreOptions(0, 0, false, Control.NONE);

    /// Checks the ranges.
    public ScoreOptions {
        if (top < 0) {
            throw new IllegalArgumentException("top is %d, must be 0 or more".formatted(top));
        }
        if (stride < 0) {
            throw new IllegalArgumentException(
                    "stride is %d, must be 0 or more (0 = half the context)".formatted(stride));
        }
    }

    /// {@return a copy with another number of alternatives}
    ///
    /// @param top see the component
    public ScoreOptions withTop(int top) {
        return new ScoreOptions(top, stride, parseSpecial, control);
    }

    /// {@return a copy with another stride}
    ///
    /// @param stride see the component
    public ScoreOptions withStride(int stride) {
        return new ScoreOptions(top, stride, parseSpecial, control);
    }

    /// {@return a copy that does or does not read control tokens}
    ///
    /// @param parseSpecial see the component
    public ScoreOptions withParseSpecial(boolean parseSpecial) {
        return new ScoreOptions(top, stride, parseSpecial, control);
    }

    /// {@return a copy with another way to be ended}
    ///
    /// @param control see the component
    public ScoreOptions withControl(Control control) {
        return new ScoreOptions(top, stride, parseSpecial, control);
    }

    /// {@return a copy with a deadline, for all windows together}
    ///
    /// @param deadline see [Control#deadline()]
    public ScoreOptions withDeadline(Duration deadline) {
        return withControl(control.withDeadline(Optional.of(deadline)));
    }

    /// {@return a copy that a handle can end}
    ///
    /// @param cancel see [Control#cancel()]
    public ScoreOptions withCancel(Cancel cancel) {
        return withControl(control.withCancel(Optional.of(cancel)));
    }
}
