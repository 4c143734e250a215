package io.github.panallama.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is refused, and in which words.
class RefusalTest extends HttpCase {
    private static final String TOO_LONG = "{\"error\":{\"message\":\"the body is longer than 10 bytes, the most there "
            + "may be\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":null}}";

    @Test
    void anthropicsShape() {
        try (var wire = wire()) {
            var answer = wire.get("/v1/messages/nowhere").read();
            assertEquals(404, answer.status());
            assertEquals("application/json", answer.header("content-type"));
            assertEquals(
                    ("{\"type\":\"error\",\"error\":{\"type\":\"not_found_error\",\"message\":\"there is no "
                                    + "/v1/messages/nowhere here\"},\"request_id\":\"%s\"}")
                            .formatted(answer.header("request-id")),
                    answer.body());
        }
    }

    @Test
    void openAisShape() {
        try (var wire = wire()) {
            assertEquals(
                    "{\"error\":{\"message\":\"there is no /nowhere here\",\"type\":\"invalid_request_error\","
                            + "\"param\":null,\"code\":null}}",
                    wire.get("/nowhere").read().body());
        }
    }

    @Test
    void aWrongMethod() {
        try (var wire = wire()) {
            var answer = wire.send("DELETE /echo HTTP/1.1\n\n").read();
            assertEquals(405, answer.status());
            assertEquals("get, head, options, post", answer.header("allow"));
            assertEquals(
                    "invalid_request_error",
                    json(wire.get("/v1/messages").read()).at("/error/type").asString());
        }
    }

    @Test
    void aFullQueue() {
        try (var wire = wire()) {
            var anthropic = wire.post("/v1/messages", "").read();
            assertEquals(529, anthropic.status());
            assertEquals(
                    "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"},\"request_id\":\"%s\"}"
                            .formatted(anthropic.header("request-id")),
                    anthropic.body());
            var openAi = wire.post("/full", "").read();
            assertEquals(429, openAi.status());
            assertEquals("rate_limit_error", json(openAi).at("/error/type").asString());
        }
    }

    @Test
    void aDefectIsNotTold() {
        try (var wire = wire()) {
            var openAi = wire.post("/bug", "").read();
            assertEquals(500, openAi.status());
            assertEquals("server_error", json(openAi).at("/error/type").asString());
            assertFalse(openAi.body().contains("secret"), openAi.body());
            var anthropic = wire.post("/v1/messages/bug", "").read();
            assertEquals("api_error", json(anthropic).at("/error/type").asString());
            assertEquals(500, wire.post("/silent", "").read().status(), "a handler that does not answer");
        }
    }

    @Test
    void aFailureAfterAStreamHasBegunIsItsLastEvent() {
        try (var wire = wire()) {
            assertEquals(
                    "event: ping\ndata: {}\n\ndata: {\"error\":{\"message\":\"no more\",\"type\":\"invalid_request_error\","
                            + "\"param\":\"prompt\",\"code\":null}}\n\n",
                    wire.post("/half", "").read().body());
            assertEquals("", wire.rest(), "then the connection ends");
        }
        try (var wire = wire()) {
            var body = wire.post("/v1/messages/half", "").read().body();
            assertTrue(
                    body.startsWith(
                            "event: ping\ndata: {}\n\nevent: error\ndata: {\"type\":\"error\",\"error\":{\"type\":"
                                    + "\"invalid_request_error\",\"message\":\"no more\"}"),
                    body);
        }
    }

    @Test
    void aBodyThatIsTooLong() {
        start(Bounds.DEFAULT.withBodyLimit(10));
        try (var wire = wire()) {
            assertEquals("1234567890", wire.post("/echo", "1234567890").read().body());
            wire.send("POST /echo HTTP/1.1\ncontent-length: 11\nexpect: 100-continue\n\n");
            var answer = wire.read();
            assertEquals(413, answer.status());
            assertEquals(TOO_LONG, answer.body());
            assertEquals("", wire.rest());
        }
        try (var wire = wire()) {
            wire.send("POST /echo HTTP/1.1\ntransfer-encoding: chunked\n\n6\n123456\n6\n123456\n");
            assertEquals(TOO_LONG, wire.read().body());
            assertEquals("", wire.rest());
        }
    }

    /// A connection that is reset takes the answer along: what is still coming is read and thrown away.
    @Test
    void whoeverSendsTooMuchHearsOfIt() {
        start(Bounds.DEFAULT.withBodyLimit(10));
        try (var wire = wire()) {
            assertEquals(413, wire.post("/echo", "x".repeat(3_000_000)).read().status());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense\n\n",
                "GET /echo HTTP/9.9\n\n",
                "GET /echo HTTP/1.1\nno colon\n\n",
                "GET /echo HTTP/1.1\nname : value\n\n",
                "GET /echo HTTP/1.1\nna\u0000me: value\n\n",
                "GET /%zz HTTP/1.1\n\n",
                "POST /echo HTTP/1.1\ncontent-length: 5\ncontent-length: 6\n\nhello",
                "POST /echo HTTP/1.1\ncontent-length: 5\ncontent-length: 5\n\nhello",
                "POST /echo HTTP/1.1\ncontent-length: -5\n\nhello",
                "POST /echo HTTP/1.1\ncontent-length: +5\n\nhello",
                "POST /echo HTTP/1.1\ncontent-length: 5\ntransfer-encoding: chunked\n\n0\n\n",
                "POST /echo HTTP/1.1\ntransfer-encoding: gzip, chunked\n\n0\n\n",
                "POST /echo HTTP/1.1\ntransfer-encoding: xchunked\n\n0\n\n",
                "POST /echo HTTP/1.0\ntransfer-encoding: chunked\n\n0\n\n",
                "POST /echo HTTP/1.1\ntransfer-encoding: chunked\n\nzz\nhello\n0\n\n",
                "POST /echo HTTP/1.1\ncontent-encoding: gzip\ncontent-length: 5\n\nhello"
            })
    void whatIsNotHttp(String request) {
        try (var wire = wire()) {
            var answer = wire.send(request).read();
            assertEquals(400, answer.status());
            assertEquals("invalid_request_error", json(answer).at("/error/type").asString());
            if (!request.contains("%zz")) {
                assertEquals("", wire.rest(), "and the connection ends");
            }
        }
    }

    @Test
    void aHeadThatIsTooLong() {
        try (var wire = wire()) {
            assertEquals(400, wire.get("/" + "x".repeat(9000)).read().status());
        }
        try (var wire = wire()) {
            wire.send("GET /echo HTTP/1.1\nlong: %s\n\n".formatted("x".repeat(40_000)));
            assertEquals(400, wire.read().status());
        }
    }

    @ParameterizedTest
    @CsvSource({"x-api-key: one", "x-api-key: two", "authorization: Bearer one", "Authorization: bearer two"})
    void aKeyThatFits(String header) {
        start(ServerOptions.DEFAULT.withApiKeys("one", "two"));
        try (var wire = wire()) {
            assertEquals(
                    200,
                    wire.send("GET /echo HTTP/1.1\n" + header + "\n\n").read().status());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-api-key: on", "x-api-key: ", "authorization: one", "authorization: Basic one", "a: b"})
    void aKeyThatDoesNot(String header) {
        start(ServerOptions.DEFAULT.withApiKeys("one", "two"));
        try (var wire = wire()) {
            var openAi = wire.send("GET /echo HTTP/1.1\n" + header + "\n\n").read();
            assertEquals(401, openAi.status());
            assertEquals("invalid_request_error", json(openAi).at("/error/type").asString());
            assertEquals("invalid_api_key", json(openAi).at("/error/code").asString());
            var anthropic =
                    wire.send("POST /v1/messages HTTP/1.1\n" + header + "\n\n").read();
            assertEquals(401, anthropic.status());
            assertEquals(
                    "authentication_error", json(anthropic).at("/error/type").asString());
            assertEquals(200, wire.get("/health").read().status(), "open to all");
            assertEquals(401, wire.get("/metrics").read().status());
        }
    }

    @Test
    void otherOrigins() {
        start(ServerOptions.DEFAULT.withAccess(Access.DEFAULT.withCors(Optional.of("https://example.org"))));
        try (var wire = wire()) {
            var wanted = "authorization,x-api-key,anthropic-version,content-type,x-stainless-lang";
            wire.send("OPTIONS /echo HTTP/1.1\norigin: https://example.org\naccess-control-request-method: POST\n");
            var answer = wire.send("access-control-request-headers: " + wanted + "\n\n")
                    .read();
            assertEquals(204, answer.status());
            assertEquals("https://example.org", answer.header("access-control-allow-origin"));
            assertEquals(wanted, answer.header("access-control-allow-headers"));
            assertTrue(answer.header("access-control-allow-methods").contains("post"));
            assertEquals("https://example.org", wire.get("/echo").read().header("access-control-allow-origin"));
            assertEquals("https://example.org", wire.get("/nowhere").read().header("access-control-allow-origin"));
        }
    }

    @Test
    void othersNeedAKey() {
        var everywhere = ServerOptions.DEFAULT.withBind(Bind.DEFAULT.withHost("0.0.0.0"));
        var refused = assertThrows(IllegalArgumentException.class, () -> start(everywhere));
        assertTrue(refused.toString().contains("API key"), refused::toString);
        start(everywhere.withApiKeys("one")).close();
        start(everywhere.withBind(everywhere.bind().withInsecure(true)));
    }
}
