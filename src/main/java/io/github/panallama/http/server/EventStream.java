package io.github.panallama.http.server;

import org.jspecify.annotations.Nullable;

/// Server-sent events. Sending waits while the client reads slowly, so nothing piles up.
public interface EventStream extends AutoCloseable {
    /// Sends an event.
    ///
    /// @param event its name, or null for none
    /// @param data one line
    /// @throws java.util.concurrent.CancellationException if the client is gone or its time is over
    void send(@Nullable String event, String data);

    /// Ends the response.
    @Override
    void close();
}
