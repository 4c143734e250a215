package io.github.panallama.limits;

/// What happens to a wish outside the bounds.
public enum OnViolation {
    /// The bound is taken instead, and [Applied#reasons] says so.
    CLAMP,
    /// The request is refused.
    REJECT
}
