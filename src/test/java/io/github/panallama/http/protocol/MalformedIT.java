package io.github.panallama.http.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.fixture.Models;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Bodies that are no request, on every route: refused in the route's own shape, and the next request is answered.
class MalformedIT {
    private static final Map<String, byte[]> BODIES = bodies();

    private static Endpoint endpoint;

    private static Map<String, byte[]> bodies() {
        var bodies = new LinkedHashMap<String, byte[]>();
        for (var text : new String[] {
            "",
            " ",
            "not json",
            "[]",
            "null",
            "\"x\"",
            "1",
            "{",
            "{\"a\":1}}",
            "{\"a\":NaN}",
            "{'a':1}",
            "{\"a\":1,}",
            "{\"prompt\":\"\\ud800\",\"messages\":[{\"role\":\"user\",\"content\":\"\\udc00\"}]}",
            "{\"\\ud800\":1}",
            "{\"a\":\"\t\"}"
        }) {
            bodies.put(text, text.getBytes(StandardCharsets.UTF_8));
        }
        bodies.put("65 levels", ("{\"a\":" + "[".repeat(64) + "]".repeat(64) + "}").getBytes(StandardCharsets.UTF_8));
        bodies.put("a million levels", "[".repeat(1_000_000).getBytes(StandardCharsets.UTF_8));
        bodies.put("two million parts", ("{\"a\":[0" + ",0".repeat(2_000_000) + "]}").getBytes(StandardCharsets.UTF_8));
        bodies.put("UTF-16", "{}".getBytes(StandardCharsets.UTF_16BE));
        bodies.put("no UTF-8", new byte[] {'{', '"', 'a', '"', ':', '"', (byte) 0xC3, '"', '}'});
        bodies.put("an encoded surrogate", new byte[] {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'});
        return bodies;
    }

    @BeforeAll
    static void open() {
        endpoint = Endpoint.of(Models.chat());
    }

    @AfterAll
    static void close() {
        endpoint.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/messages",
                "/v1/messages/count_tokens",
                "/v1/completions",
                "/completions",
                "/v1/chat/completions",
                "/chat/completions",
                "/inference",
                "/api/inference",
                "/chat"
            })
    void isRefusedInTheRoutesShape_A46(String path) {
        boolean anthropic = path.startsWith("/v1/messages");
        BODIES.forEach((name, body) -> {
            var answer = endpoint.post(path, body);
            assertEquals(400, answer.status(), name);
            assertEquals("invalid_request_error", answer.at("/error/type").asString(), name);
            assertTrue(answer.at("/error/message").asString().length() > 5, name);
            assertEquals(
                    anthropic ? Set.of("type", "error", "request_id") : Set.of("error"),
                    Set.copyOf(answer.json().propertyNames()));
        });
        var rest = path.contains("messages") || path.contains("chat/")
                ? "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"
                : "\"prompt\":\"hi\"";
        var good =
                """
                {"model":"m","model":"n","max_tokens":1,"stream":false,"unknown":{"x":[1e400]},"temperature":null,%s}"""
                        .formatted(rest);
        endpoint.post(path, good).ok();
    }
}
