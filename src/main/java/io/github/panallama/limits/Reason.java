package io.github.panallama.limits;

/// Why a request got the number of tokens it got. Constants are in the order in which they are applied.
public enum Reason {
    /// The request named no number, and its protocol has a default.
    PROTOCOL_DEFAULT,
    /// The request named no number: the default for a prompt of this length.
    DEFAULT_DYNAMIC,
    /// The request named a preset.
    PRESET,
    /// The request named a number.
    USER,
    /// The request bounded prompt and answer together.
    MAX_LENGTH,
    /// Raised to the administrator's minimum.
    ADMIN_MIN,
    /// Lowered to the administrator's maximum.
    ADMIN_MAX,
    /// As much as the context window has room for.
    CONTEXT_ROOM
}
