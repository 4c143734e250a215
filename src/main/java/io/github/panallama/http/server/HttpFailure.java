package io.github.panallama.http.server;

import org.jspecify.annotations.Nullable;

/// Why a request is refused, in words of HTTP that each protocol spells in its own shape.
public final class HttpFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final @Nullable String param;
    private final @Nullable String code;

    /// @param status of HTTP; on the routes of Anthropic 429 for a full queue becomes 529
    /// @param message what is wrong, and the way out
    /// @param param the field that is to blame, if one is
    /// @param code OpenAI's code, such as `context_length_exceeded`, if there is one
    public HttpFailure(int status, String message, @Nullable String param, @Nullable String code) {
        super(message);
        this.status = status;
        this.param = param;
        this.code = code;
    }

    /// {@return a request that is malformed or out of range}
    ///
    /// @param param the field that is to blame, or null
    /// @param message what is wrong, and the way out
    public static HttpFailure badRequest(@Nullable String param, String message) {
        return new HttpFailure(400, message, param, null);
    }

    /// {@return the status of HTTP}
    public int status() {
        return status;
    }

    /// {@return the field that is to blame, if one is}
    public @Nullable String param() {
        return param;
    }

    /// {@return OpenAI's code, if there is one}
    public @Nullable String code() {
        return code;
    }
}
