package io.github.panallama.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Requests and answers on one connection.
class ConnectionTest extends HttpCase {
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
                    .post("/events", "")
                    .get("/echo")
                    .get("/nowhere")
                    .post("/echo", "three");
            assertEquals("one", wire.read().body());
            assertTrue(wire.read().body().endsWith("data: 19\n\n"));
            assertEquals("hello", wire.read().body());
            assertEquals(404, wire.read().status());
            assertEquals("three", wire.read().body());
        }
    }

    /// More than is read ahead: it waits in the network, and nothing is lost.
    @Test
    void muchSentAhead() throws InterruptedException {
        var big = "x".repeat(1_000_000);
        try (var wire = wire()) {
            wire.post("/events", "");
            var sender = Thread.ofVirtual().start(() -> wire.post("/echo", big).post("/echo", big));
            assertTrue(wire.read().body().endsWith("data: 19\n\n"));
            assertEquals(big, wire.read().body());
            assertEquals(big, wire.read().body());
            sender.join();
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
    void aClientOfTheFirstVersionReadsToTheEnd() {
        try (var wire = wire()) {
            wire.send("POST /events HTTP/1.0\ncontent-length: 0\n\n");
            var answer = wire.read();
            assertEquals("close", answer.header("connection"));
            assertEquals("", answer.header("transfer-encoding"));
            assertTrue(answer.body().startsWith("data: 0\n\n") && answer.body().endsWith("data: 19\n\n"));
        }
    }

    @Test
    void aClientThatWantsToGoIsLet() {
        try (var wire = wire()) {
            wire.send("GET /echo HTTP/1.1\nconnection: close\n\n");
            var answer = wire.read();
            assertEquals("hello", answer.body());
            assertEquals("close", answer.header("connection"));
            assertEquals("", wire.rest());
        }
    }

    @Test
    void everyAnswerHasItsName() {
        try (var wire = wire()) {
            var first = wire.get("/echo").read();
            var second = wire.get("/nowhere").read();
            assertTrue(first.header("request-id").startsWith("req_"), first.head());
            assertEquals(first.header("request-id"), first.header("x-request-id"));
            assertEquals(second.header("request-id"), second.header("x-request-id"));
            assertNotEquals(first.header("request-id"), second.header("request-id"));
            assertEquals("yes", first.header("x-own"));
            assertEquals("nosniff", first.header("x-content-type-options"));
            assertEquals("no-store", first.header("cache-control"));
        }
    }

    @Test
    void headIsGetWithoutABody() {
        try (var wire = wire()) {
            var answer = wire.send("HEAD /echo HTTP/1.1\n\n").read(false);
            assertEquals(200, answer.status());
            assertEquals("5", answer.header("content-length"));
            assertEquals("hello", wire.get("/echo").read().body());
        }
    }

    @Test
    void optionsNamesTheMethods() {
        try (var wire = wire()) {
            var answer = wire.send("OPTIONS /echo HTTP/1.1\n\n").read();
            assertEquals(204, answer.status());
            assertEquals("get, head, options, post", answer.header("allow"));
            assertEquals("", answer.header("access-control-allow-origin"));
            assertEquals(404, wire.send("OPTIONS /nowhere HTTP/1.1\n\n").read().status());
        }
    }

    @Test
    void aBodyThatWaitsToBeAskedFor() {
        try (var wire = wire()) {
            wire.send("POST /echo HTTP/1.1\ncontent-length: 5\nexpect: 100-continue\n\n");
            assertEquals(100, wire.read().status());
            assertEquals("hello", wire.send("hello").read().body());
            wire.send("POST /nowhere HTTP/1.1\ncontent-length: 5\nexpect: 100-continue\n\n");
            assertEquals(404, wire.read().status(), "it is not asked for in vain");
        }
    }

    @Test
    void aBodyInChunks() {
        try (var wire = wire()) {
            wire.send("POST /echo HTTP/1.1\ntransfer-encoding: chunked\n\n5\nhello\n6\n world\n0\n\n");
            assertEquals("hello world", wire.read().body());
        }
    }

    @Test
    void aPathWithMoreAroundIt() {
        try (var wire = wire()) {
            assertEquals("hello", wire.get("/echo?beta=true").read().body());
            assertEquals("hello", wire.get("/%65cho").read().body());
            assertEquals("hello", wire.get("http://localhost/echo").read().body());
        }
    }

    @Test
    void theClientOfTheJdk() throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient();
                var _ = wire()) {
            var request = HttpRequest.newBuilder(
                            URI.create(start(ServerOptions.DEFAULT).uri() + "/echo"))
                    .timeout(Duration.ofSeconds(10))
                    .POST(HttpRequest.BodyPublishers.ofString("hello"))
                    .build();
            assertEquals(
                    "hello",
                    client.send(request, HttpResponse.BodyHandlers.ofString()).body());
        }
    }
}
