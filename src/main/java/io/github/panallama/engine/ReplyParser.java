package io.github.panallama.engine;

import java.util.List;

/// Takes a reply's raw text apart.
final class ReplyParser implements AutoCloseable {
    /// {@return the parts of a text}
    ///
    /// @param text all so far
    /// @param partial whether more may come
    ParsedReply parse(String text, boolean partial) {
        return new ParsedReply(text, "", List.of());
    }

    @Override
    public void close() {}
}
