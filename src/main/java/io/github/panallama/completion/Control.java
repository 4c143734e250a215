package io.github.panallama.completion;

import java.time.Duration;
import java.util.Optional;

/// What ends a request from outside. It then gives what it has, finished with [FinishReason.Cancelled].
///
/// @param deadline how long it may take, waiting included, above zero
/// @param cancel a handle that another thread may pull; one handle may serve many requests
public record Control(Optional<Duration> deadline, Optional<Cancel> cancel) {
    /// Nothing ends it.
    public static final Control NONE = new Control(Optional.empty(), Optional.empty());

    /// Checks the deadline.
    public Control {
        deadline.ifPresent(d -> {
            if (!d.isPositive()) {
                throw new IllegalArgumentException("deadline is %s, must be above zero".formatted(d));
            }
        });
    }

    /// {@return a copy with another deadline, or none}
    ///
    /// @param deadline see the component
    public Control withDeadline(Optional<Duration> deadline) {
        return new Control(deadline, cancel);
    }

    /// {@return a copy with another handle, or none}
    ///
    /// @param cancel see the component
    public Control withCancel(Optional<Cancel> cancel) {
        return new Control(deadline, cancel);
    }
}
