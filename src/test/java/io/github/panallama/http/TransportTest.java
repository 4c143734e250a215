package io.github.panallama.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Requests and answers on one connection.
class TransportTest {
    private final Routes routes = new Routes();
    private final LlamaServer server = LlamaServer.start(ServerOptions.DEFAULT, routes.all());

    @AfterEach
    void close() {
        server.close();
    }

    private Wire wire() {
        return new Wire(server.port());
    }

    private static void eventually(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(1).toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "not within a second");
            Thread.sleep(5);
        }
    }

    @Test
    void oneConnectionManyRequests() {
        try (var wire = wire()) {
            for (int i = 0; i < 3; i++) {
                assertEquals("hello" + i, wire.post("/echo", "hello" + i).read().body());
            }
        }
    }

    @Test
    void requestsSentAheadAreAnsweredInOrder() {
        try (var wire = wire()) {
            wire.post("/echo", "one")
                    .post("/echo", "two")
                    .get("/echo")
                    .post("/nowhere", "")
                    .post("/echo", "three");
            assertEquals("one", wire.read().body());
            assertEquals("two", wire.read().body());
            assertEquals("hello", wire.read().body());
            assertEquals(404, wire.read().status());
            assertEquals("three", wire.read().body());
        }
    }

    @Test
    void aStreamOfEvents() {
        try (var wire = wire()) {
            var answer = wire.post("/events", "").read();
            assertEquals("text/event-stream", answer.header("content-type"));
            assertTrue(answer.body().startsWith("data: 0\n\ndata: 1\n\n"), answer.body());
            assertTrue(answer.body().endsWith("data: 19\n\n"), answer.body());
            assertEquals("again", wire.post("/echo", "again").read().body());
        }
    }

    @Test
    void aClientThatGoesIsNoticedWhileNothingIsWritten() throws InterruptedException {
        try (var wire = wire()) {
            wire.post("/wait", "");
            eventually(() -> routes.begun.get() == 1);
        }
        eventually(() -> routes.stopped.get() == 1);
    }

    @Test
    void aRefusalInTheShapeOfItsRoute() {
        try (var wire = wire()) {
            var answer = wire.get("/v1/messages/nowhere").read();
            assertEquals(404, answer.status());
            assertEquals(
                    "{\"type\":\"error\",\"error\":{\"type\":\"not_found_error\",\"message\":\"there is no /v1/messages/nowhere here\"},\"request_id\":\"%s\"}"
                            .formatted(answer.header("request-id")),
                    answer.body());
            assertEquals(
                    "{\"error\":{\"message\":\"there is no /nowhere here\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":null}}",
                    wire.get("/nowhere").read().body());
        }
    }
}
