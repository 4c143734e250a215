package io.github.panallama.store;

import java.io.IOException;

/// A model could not be had. The message says why and the way out; nothing broken is left in the store, and what
/// arrived is kept where a later attempt can go on from it.
public final class DownloadException extends IOException {
    private static final long serialVersionUID = 1;

    /// What went wrong, for callers that react to it.
    public enum Reason {
        /// The network may not be used, and the model is not in the store.
        OFFLINE,
        /// The server could not be reached, or stopped sending.
        UNREACHABLE,
        /// The server wants a token, or another one.
        REFUSED,
        /// There is no such repository or file.
        NOT_FOUND,
        /// Too many requests; try later.
        RATE_LIMITED,
        /// The server answered with an error of its own, or with something that makes no sense.
        SERVER,
        /// What arrived is not what was expected: wrong length, wrong hash, no model.
        DAMAGED,
        /// The store cannot be written: full, read-only.
        STORE,
        /// A program that the source needs is missing or failed.
        TOOL
    }

    /// What went wrong.
    private final Reason reason;

    /// Creates it.
    ///
    /// @param reason what went wrong
    /// @param message what is wrong and the way out
    public DownloadException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /// Creates it with the error behind it.
    ///
    /// @param reason what went wrong
    /// @param message what is wrong and the way out
    /// @param cause the error behind it
    public DownloadException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /// {@return what went wrong}
    public Reason reason() {
        return reason;
    }
}
