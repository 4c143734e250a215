package io.github.panallama.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/// Clients that go, dawdle or do nothing: what they cost, and that nobody else notices.
class SlowClientTest extends HttpCase {
    private static final Duration SHORT = Duration.ofMillis(300);

    private static Duration time(Runnable action) {
        long start = System.nanoTime();
        action.run();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /// Waits for the end of a connection.
    private static void ends(Wire wire) {
        var time = time(() -> assertEquals("", wire.rest()));
        assertTrue(
                time.compareTo(SHORT.dividedBy(2)) > 0 && time.compareTo(SHORT.multipliedBy(10)) < 0, time::toString);
    }

    @Test
    void aClientThatGoesIsNoticedWhileNothingIsWritten() throws InterruptedException {
        try (var wire = wire()) {
            wire.post("/wait", "");
            eventually(() -> routes.begun.get() == 1);
        }
        within(Duration.ofSeconds(1), () -> routes.stopped.get() == 1);
        eventually(() -> log.size() == 1);
        assertTrue(log.getFirst().contains("\"status\":499"), log::toString);
    }

    @Test
    void soIsOneThatHasSentMoreAhead() throws InterruptedException {
        try (var wire = wire()) {
            wire.post("/wait", "").get("/echo").get("/echo");
            eventually(() -> routes.begun.get() == 1);
        }
        within(Duration.ofSeconds(1), () -> routes.stopped.get() == 1);
    }

    @Test
    void aClientThatGoesWithinAStream() throws InterruptedException {
        try (var wire = wire()) {
            wire.post("/flood", "");
            wire.head();
        }
        eventually(() -> log.size() == 1);
    }

    @Test
    void aHeadInDrops() {
        start(Bounds.DEFAULT.withHead(SHORT));
        try (var wire = wire()) {
            wire.send("GET /echo HTTP/1.1\nhost: h");
            ends(wire);
        }
        try (var wire = wire()) { // the whole time counts, not the pauses
            Thread.ofVirtual().start(() -> {
                try {
                    wire.send("GET /echo HTTP/1.1\n");
                    while (true) {
                        wire.send("a: b\n");
                        Thread.sleep(50);
                    }
                } catch (Exception e) {
                    // the server has closed
                }
            });
            try {
                ends(wire);
            } catch (java.io.UncheckedIOException e) {
                // or has reset the connection, for there was more to read
            }
        }
    }

    @Test
    void aBodyInDrops() {
        start(Bounds.DEFAULT.withBody(SHORT));
        try (var wire = wire()) {
            wire.send("POST /echo HTTP/1.1\ncontent-length: 100\n\nhello");
            assertEquals(408, wire.read().status());
            assertEquals("", wire.rest());
        }
    }

    @Test
    void aConnectionWithoutARequest() {
        start(Bounds.DEFAULT.withIdle(SHORT));
        try (var wire = wire()) {
            ends(wire);
        }
        try (var wire = wire()) {
            assertEquals("hello", wire.get("/echo").read().body());
            ends(wire);
        }
    }

    @Test
    void aThousandIdleConnections() {
        var idle = new ArrayList<Wire>();
        try {
            for (int i = 0; i < 1000; i++) {
                var wire = wire();
                idle.add(wire);
                assertEquals("hello", wire.get("/echo").read().body());
            }
            try (var wire = wire()) {
                var time = time(
                        () -> assertEquals("hello", wire.get("/echo").read().body()));
                assertTrue(time.toMillis() < 500, time::toString);
            }
            for (var wire : idle) {
                assertEquals("hello", wire.get("/echo").read().body(), "and each is still there");
            }
        } finally {
            idle.forEach(Wire::close);
        }
    }

    @Test
    void aSlowReaderPausesItsOwnAnswerOnly() throws InterruptedException {
        var slow = new ArrayList<Wire>();
        try {
            for (int i = 0; i < 8; i++) {
                slow.add(wire().post("/flood", ""));
            }
            int before = -1;
            while (before != routes.sent.get()) { // until the network is full
                before = routes.sent.get();
                Thread.sleep(500);
            }
            assertTrue(before > 8, "they were sent something");
            try (var wire = wire()) {
                var time = time(
                        () -> assertEquals("hello", wire.get("/echo").read().body()));
                assertTrue(time.toMillis() < 500, time::toString);
            }
            assertEquals(before, routes.sent.get());
            slow.getFirst().head();
            for (int i = 0; i < 1000; i++) {
                slow.getFirst().chunk();
            }
            eventually(() -> routes.sent.get() > 8);
        } finally {
            slow.forEach(Wire::close);
        }
        eventually(() -> log.size() == 9);
    }

    /// Its generation would hold a slot for ever.
    @Test
    void aReaderThatDoesNotReadAtAll() throws InterruptedException {
        start(Bounds.DEFAULT.withBody(SHORT));
        try (var _ = wire().post("/flood", "")) {
            Thread.sleep(SHORT.multipliedBy(4));
            eventually(() -> log.size() == 1);
        }
    }
}
