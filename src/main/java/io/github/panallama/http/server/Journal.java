package io.github.panallama.http.server;

import java.time.Instant;
import java.util.function.Consumer;
import tools.jackson.databind.json.JsonMapper;

/// The access log: a line of JSON for each request, with nothing of what was asked or answered.
final class Journal {
    private static final System.Logger DEFECTS = System.getLogger("io.github.panallama.http");
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Consumer<String> log;

    /// @param log gets the lines
    Journal(Consumer<String> log) {
        this.log = log;
    }

    /// Notes a request that has been answered.
    void record(Call call) {
        var line = JSON.createObjectNode()
                .put("time", Instant.now().toString())
                .put("id", call.requestId())
                .put("client", call.client())
                .put("method", call.method())
                .put("path", call.path())
                .put("status", call.status())
                .put("ms", call.time().toMillis());
        call.served()
                .ifPresent(served -> line.put("prompt_tokens", served.usage().promptTokens())
                        .put("completion_tokens", served.usage().completionTokens())
                        .put("finish", served.finish())
                        .put("tokens_per_second", Math.round(served.timings().decodePerSecond() * 10) / 10.0));
        log.accept(line.toString());
    }

    /// Notes a defect of ours.
    ///
    /// @param where what it happened to
    /// @param defect is told nobody else
    void defect(String where, Throwable defect) {
        DEFECTS.log(System.Logger.Level.ERROR, where, defect);
    }
}
