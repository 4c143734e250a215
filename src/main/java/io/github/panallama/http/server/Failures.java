package io.github.panallama.http.server;

import java.time.Duration;

/// What the transport itself refuses or ends.
final class Failures {
    private Failures() {}

    static HttpFailure stopping() {
        return new HttpFailure(503, "the server is stopping: try again later", null, null);
    }

    static HttpFailure timeOver(Duration time) {
        return new HttpFailure(
                504,
                "the request took longer than %s s, the most there may be".formatted(time.toMillis() / 1e3),
                null,
                null);
    }

    static HttpFailure defect() {
        return new HttpFailure(500, "a defect of this server: its log has it under this request's id", null, null);
    }
}
