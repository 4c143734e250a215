package io.github.panallama.http.server;

import java.util.Map;

/// A whole response.
///
/// @param status of HTTP
/// @param contentType of the body; empty when there is none
/// @param body whole
/// @param headers further ones
@SuppressWarnings("ArrayRecordComponent") // nobody compares answers
record Answer(int status, String contentType, byte[] body, Map<String, String> headers) {
    /// {@return one without a body}
    static Answer empty(int status, Map<String, String> headers) {
        return new Answer(status, "", new byte[0], headers);
    }
}
