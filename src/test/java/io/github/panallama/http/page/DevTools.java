package io.github.panallama.http.page;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The DevTools protocol of one tab: calls and their answers, and a record of what the browser reports.
final class DevTools implements WebSocket.Listener, AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.shared();
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final List<String> problems = new CopyOnWriteArrayList<>();
    private final List<URI> requests = new CopyOnWriteArrayList<>();
    private final StringBuilder partial = new StringBuilder();
    private final WebSocket socket;

    DevTools(HttpClient http, URI address) {
        socket = http.newWebSocketBuilder().buildAsync(address, this).join();
    }

    /// {@return what the browser complained about, other than the statuses of responses}
    List<String> problems() {
        return problems;
    }

    /// {@return where requests went}
    List<URI> requests() {
        return requests;
    }

    JsonNode call(String method, Map<String, ?> parameters) {
        int id = ids.incrementAndGet();
        var answer = new CompletableFuture<JsonNode>();
        answers.put(id, answer);
        var message = Map.of("id", id, "method", method, "params", parameters);
        synchronized (socket) {
            socket.sendText(JSON.writeValueAsString(message), true).join();
        }
        var reply = answer.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        if (reply.has("error")) {
            throw new AssertionError(method + ": " + reply.get("error"));
        }
        return reply.get("result");
    }

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            var message = JSON.readTree(partial.toString());
            partial.setLength(0);
            var answer = answers.remove(message.path("id").asInt(0));
            if (answer != null) {
                answer.complete(message);
            } else {
                event(message.path("method").asString(), message.path("params"));
            }
        }
        webSocket.request(1);
        return CompletableFuture.completedFuture(null);
    }

    private void event(String method, JsonNode parameters) {
        switch (method) {
            case "Runtime.exceptionThrown" -> problems.add(parameters.toString());
            case "Runtime.consoleAPICalled" -> {
                if (List.of("error", "warning").contains(parameters.path("type").asString())) {
                    problems.add(parameters.toString());
                }
            }
            case "Log.entryAdded" -> {
                var entry = parameters.path("entry");
                if (!entry.path("source").asString().equals("network")
                        && List.of("error", "warning")
                                .contains(entry.path("level").asString())) {
                    problems.add(entry.toString());
                }
            }
            case "Network.requestWillBeSent" -> {
                var url = URI.create(parameters.path("request").path("url").asString());
                if (!"data".equals(url.getScheme())) {
                    requests.add(url);
                }
            }
            default -> {}
        }
    }

    @Override
    public void close() {
        socket.abort();
    }
}
