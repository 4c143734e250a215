package io.github.panallama.http;

import java.util.List;
import java.util.Optional;

/// Who may use the endpoint.
///
/// @param apiKeys one of these must be sent, as `x-api-key` or `Authorization: Bearer`; none = nothing is asked for
/// @param cors the origin whose pages may use it from a browser, `*` for any; empty = none but its own
public record Access(List<String> apiKeys, Optional<String> cors) {
    /// Nothing is asked for; no other origins.
    public static final Access DEFAULT = new Access(List.of(), Optional.empty());

    /// Checks the values and copies the list.
    public Access {
        apiKeys = List.copyOf(apiKeys);
        if (!apiKeys.stream().allMatch(Access::isVisible)) {
            throw new IllegalArgumentException("an API key is empty, or has characters that no header can carry");
        }
        if (!cors.map(Access::isVisible).orElse(true)) {
            throw new IllegalArgumentException("cors is no origin: use one like https://example.org, or *");
        }
    }

    private static boolean isVisible(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 127);
    }

    /// {@return a copy with other keys}
    ///
    /// @param apiKeys see the component
    public Access withApiKeys(List<String> apiKeys) {
        return new Access(apiKeys, cors);
    }

    /// {@return a copy for another origin}
    ///
    /// @param cors see the component
    public Access withCors(Optional<String> cors) {
        return new Access(apiKeys, cors);
    }

    /// Keys are secrets.
    @Override
    public String toString() {
        return "Access[apiKeys=%d, cors=%s]".formatted(apiKeys.size(), cors);
    }
}
