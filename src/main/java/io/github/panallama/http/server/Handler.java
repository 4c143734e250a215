package io.github.panallama.http.server;

/// Answers the requests of a route, on a virtual thread for each.
@FunctionalInterface
public interface Handler {
    /// Answers, or throws: an [HttpFailure] is answered as it says, anything else as a defect of ours, in the shape of
    /// errors of its route; after a stream has begun, as its last event.
    void handle(Exchange exchange);
}
