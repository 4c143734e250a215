package io.github.panallama.http.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.fixture.Footprint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.json.JsonMapper;

/// Eight clients stream from a real model for `panallama.load.seconds`: each answer is the one that its request gets
/// alone, every tenth is left in the middle, and neither the heap nor native memory grows once it is warm.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LoadIT {
    private static final int CLIENTS = 8;
    private static final int LEAVE = 10;
    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("panallama.load.seconds", 30));

    /// What the heap in use may grow after a third of the time, for what the test itself keeps.
    private static final long HEAP_SLACK = 16_000_000;

    /// What malloc may have given out more: buffers of the network, and to the JVM's compilers.
    private static final long NATIVE_SLACK = 32_000_000;

    private static final List<String> PROMPTS = List.of(
            "What is the capital of France?",
            "Write me a poem about the sea.",
            "Count from one to ten.",
            "Explain in one sentence why the sky is blue.",
            "List three animals that live in the desert, then three that live in the sea.",
            "Hi");

    @AutoClose
    private final Servers servers = Servers.start("load");

    @AutoClose
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /// A request, as one of the protocols has it that stream.
    private record Ask(String path, String body, String delta) {
        static Ask of(int number) {
            var prompt = PROMPTS.get(number % PROMPTS.size());
            var turns = List.of(Map.of("role", "user", "content", prompt));
            var shared = Map.of("model", "m", "temperature", 0, "max_tokens", 24, "stream", true);
            return switch (number % 3) {
                case 0 -> new Ask("/v1/messages", json(PlainClient.with(shared, "messages", turns)), "/delta/text");
                case 1 ->
                    new Ask(
                            "/v1/chat/completions",
                            json(PlainClient.with(shared, "messages", turns)),
                            "/choices/0/delta/content");
                default ->
                    new Ask("/v1/completions", json(PlainClient.with(shared, "prompt", prompt)), "/choices/0/text");
            };
        }

        private static String json(Map<String, Object> body) {
            return JsonMapper.shared().writeValueAsString(body);
        }
    }

    /// The text that a request streams, or what it has streamed after so many pieces.
    private String text(Ask ask, int pieces) {
        var request = PlainClient.request(servers.uri("load"), ask.path())
                .POST(HttpRequest.BodyPublishers.ofString(ask.body()))
                .build();
        try {
            var response = http.send(request, HttpResponse.BodyHandlers.ofLines());
            try (var lines = response.body()) {
                assertEquals(200, response.statusCode());
                var text = new StringBuilder();
                lines.filter(line -> line.startsWith("data: {"))
                        .map(line -> JsonMapper.shared().readTree(line.substring(6)))
                        .peek(event -> assertTrue(event.path("error").isMissingNode(), event::toString))
                        .map(event -> event.at(ask.delta()).asString(""))
                        .filter(delta -> !delta.isEmpty())
                        .limit(pieces)
                        .forEach(text::append);
                return text.toString();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Test
    void eightClients() throws Exception {
        var alone = new ArrayList<String>();
        for (int i = 0; i < PROMPTS.size(); i++) {
            alone.add(text(Ask.of(i), Integer.MAX_VALUE));
        }
        var served = new AtomicInteger();
        var start = Instant.now();
        run(alone, served, start.plus(TIME.dividedBy(3)));
        var warm = Footprint.now();
        run(alone, served, start.plus(TIME));
        var end = Footprint.now();
        System.out.printf(
                "%,d requests of %d clients in %d s; heap %,d to %,d bytes, malloc %,d to %,d%n",
                served.get(), CLIENTS, TIME.toSeconds(), warm.heap(), end.heap(), warm.allocated(), end.allocated());
        assertTrue(served.get() > CLIENTS, () -> served + " requests");
        assertTrue(end.heap() - warm.heap() < HEAP_SLACK, () -> warm + " became " + end);
        assertTrue(end.allocated() - warm.allocated() < NATIVE_SLACK, () -> warm + " became " + end);
    }

    private void run(List<String> alone, AtomicInteger served, Instant end) throws Exception {
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<?>>();
            for (int client = 0; client < CLIENTS; client++) {
                int first = client;
                running.add(clients.submit(() -> {
                    for (int i = first; Instant.now().isBefore(end); i += 5) {
                        int number = i % alone.size();
                        if (served.incrementAndGet() % LEAVE == 0) {
                            var begun = text(Ask.of(number), 3);
                            assertTrue(alone.get(number).startsWith(begun), begun);
                        } else {
                            assertEquals(alone.get(number), text(Ask.of(number), Integer.MAX_VALUE));
                        }
                    }
                }));
            }
            for (var client : running) {
                client.get();
            }
        }
    }
}
