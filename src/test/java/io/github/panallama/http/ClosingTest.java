package io.github.panallama.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The end of requests that take too long, and of the endpoint.
class ClosingTest extends HttpCase {
    @Test
    void aRequestThatTakesTooLong() throws InterruptedException {
        start(Bounds.DEFAULT.withRequest(Optional.of(Duration.ofMillis(200))));
        try (var wire = wire()) {
            var answer = wire.post("/wait", "").read();
            assertEquals(504, answer.status());
            assertEquals("false", answer.header("x-should-retry"));
            assertEquals("server_error", json(answer).at("/error/type").asString());
            eventually(() -> routes.stopped.get() == 1);
        }
        try (var wire = wire()) {
            var body = wire.post("/events", "").read().body();
            assertTrue(body.startsWith("data: 0\n\n"), body);
            assertTrue(body.contains("data: {\"error\":{\"message\":\"the request took longer than 0.2 s"), body);
            assertEquals("", wire.rest());
        }
    }

    @Test
    void whatRunsIsFinished() throws InterruptedException {
        var server = start(ServerOptions.DEFAULT);
        try (var wire = wire();
                var other = wire()) {
            assertEquals(200, other.get("/health").read().status());
            wire.post("/events", "");
            wire.head();
            assertEquals("data: 0\n\n", wire.chunk());
            var closing = Thread.ofVirtual().start(server::close);
            Thread.sleep(200);
            var refused = other.get("/health").read();
            assertEquals(503, refused.status());
            assertEquals("5", refused.header("retry-after"));
            assertThrows(UncheckedIOException.class, () -> new Wire(server.port()));
            for (int i = 1; i < 20; i++) {
                assertEquals("data: " + i + "\n\n", wire.chunk());
            }
            assertEquals("", wire.chunk());
            assertEquals("", wire.rest());
            assertTrue(closing.join(Duration.ofSeconds(5)));
        }
    }

    @Test
    void whatTakesTooLongIsEnded() throws InterruptedException {
        var server = start(Bounds.DEFAULT.withDrain(Duration.ofMillis(200)));
        try (var wire = wire()) {
            wire.post("/wait", "");
            eventually(() -> routes.begun.get() == 1);
            var closing = Thread.ofVirtual().start(server::close);
            var answer = wire.read();
            assertEquals(503, answer.status());
            assertEquals("", wire.rest());
            assertTrue(closing.join(Duration.ofSeconds(5)));
            assertEquals(1, routes.stopped.get());
        }
    }

    @Test
    void anIdleConnectionDoesNotHoldItUp() {
        var server = start(ServerOptions.DEFAULT);
        try (var wire = wire()) {
            assertEquals("hello", wire.get("/echo").read().body());
            long start = System.nanoTime();
            server.close();
            server.close();
            assertTrue(System.nanoTime() - start < 1_000_000_000L);
            assertEquals("", wire.rest());
        }
    }

    @Test
    void thePortIsFreeAgain() {
        int port = start(ServerOptions.DEFAULT).port();
        var taken = ServerOptions.DEFAULT.withPort(port);
        var refused = assertThrows(UncheckedIOException.class, () -> LlamaServer.start(taken, routes.all()));
        assertTrue(refused.toString().contains("" + port), refused::toString);
        close();
        assertEquals(port, start(taken).port());
    }
}
