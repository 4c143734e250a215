package io.github.panallama.http.server;

/// How a route spells errors. The route decides, never the failure.
public enum ErrorShape {
    /// `{"type":"error","error":{"type","message"},"request_id"}`.
    ANTHROPIC,
    /// `{"error":{"message","type","param","code"}}`.
    OPENAI
}
