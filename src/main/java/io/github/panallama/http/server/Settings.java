package io.github.panallama.http.server;

import java.time.Duration;
import java.util.Optional;

/// The transport's own settings.
///
/// @param bodyLimit bytes that the body of a request may have
/// @param head how long the head of a request may take to arrive
/// @param body how long its body may take, and for how long a client may leave an answer unread
/// @param idle how long a connection is kept without a request
/// @param request how long a request may take, if there is a bound
/// @param drain how long what runs may go on when the server is closed
/// @param cors the origin whose pages may read answers, if any
public record Settings(
        int bodyLimit,
        Duration head,
        Duration body,
        Duration idle,
        Optional<Duration> request,
        Duration drain,
        Optional<String> cors) {}
