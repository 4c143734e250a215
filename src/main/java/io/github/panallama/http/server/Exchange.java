package io.github.panallama.http.server;

import io.github.panallama.completion.Cancel;
import java.util.Optional;

/// A request, and the way to answer it: once, whole or as a stream of events. Used by the virtual thread that handles
/// it.
public interface Exchange {
    /// {@return such as `POST`}
    String method();

    /// {@return the path, decoded, without the query}
    String path();

    /// {@return a header of the request}
    ///
    /// @param name case does not count
    Optional<String> header(String name);

    /// {@return the body, whole}
    byte[] body();

    /// {@return a name of this request, which the response carries as `request-id` and `x-request-id`}
    String requestId();

    /// {@return what is pulled when the client is gone, the request's time is over, or the server ends at once: every
    /// generation for this request must be given it}
    Cancel cancel();

    /// Sets a header of the response. Before the answer begins.
    void responseHeader(String name, String value);

    /// Says what was done, for the access log and the metrics.
    void served(Served served);

    /// Answers.
    ///
    /// @param status of HTTP
    /// @param contentType of the body
    /// @param body whole
    void reply(int status, String contentType, byte[] body);

    /// Begins an answer of status 200 that is a stream of events.
    EventStream stream();
}
