package io.github.panallama.http.protocol;

import io.github.panallama.completion.Cancel;
import io.github.panallama.http.server.EventStream;
import io.github.panallama.http.server.Exchange;
import io.github.panallama.http.server.Served;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An exchange without a network, which keeps what is sent.
final class Recorder implements Exchange {
    final List<String> events = new ArrayList<>();

    @Override
    public String method() {
        return "POST";
    }

    @Override
    public String path() {
        return "/";
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.empty();
    }

    @Override
    public byte[] body() {
        return new byte[0];
    }

    @Override
    public String requestId() {
        return "req_1";
    }

    @Override
    public Cancel cancel() {
        return new Cancel();
    }

    @Override
    public void responseHeader(String name, String value) {}

    @Override
    public void served(Served served) {}

    @Override
    public void reply(int status, String contentType, byte[] body) {
        events.add(new String(body, StandardCharsets.UTF_8));
    }

    @Override
    public EventStream stream() {
        return new EventStream() {
            @Override
            public void send(@Nullable String event, String data) {
                events.add(event == null ? data : event + " " + data);
            }

            @Override
            public void close() {
                events.add("end");
            }
        };
    }
}
