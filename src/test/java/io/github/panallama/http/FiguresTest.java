package io.github.panallama.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Health, metrics and the access log.
class FiguresTest extends HttpCase {
    @Test
    void health() {
        try (var wire = wire()) {
            var answer = wire.get("/health").read();
            assertEquals(200, answer.status());
            assertEquals("{\"status\":\"ok\"}", answer.body());
        }
    }

    @Test
    void theLogHasALineForEachRequestAndNothingOfWhatWasAsked() throws InterruptedException {
        try (var wire = wire()) {
            var id = wire.post("/echo?secret=1", "a secret").read().header("request-id");
            wire.post("/events", "a secret").read();
            wire.get("/nowhere").read();
            eventually(() -> log.size() == 3);
            var line = line("/echo");
            assertEquals(id, line.get("id").asString());
            assertEquals("127.0.0.1", line.get("client").asString());
            assertEquals("POST", line.get("method").asString());
            assertEquals(200, line.get("status").asInt());
            assertTrue(line.get("ms").isNumber() && line.has("time"));
            var stream = line("/events");
            assertEquals(3, stream.get("prompt_tokens").asInt());
            assertEquals(20, stream.get("completion_tokens").asInt());
            assertEquals("stop", stream.get("finish").asString());
            assertEquals(9.5, stream.get("tokens_per_second").asDouble());
            assertEquals(404, line("/nowhere").get("status").asInt());
            assertFalse(log.toString().contains("secret"), log::toString);
        }
    }

    private JsonNode line(String path) {
        return log.stream()
                .map(JsonMapper.shared()::readTree)
                .filter(line -> line.get("path").asString().equals(path))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void metricsInPrometheusFormat() throws InterruptedException {
        try (var wire = wire()) {
            wire.post("/echo", "").read();
            wire.post("/events", "").read();
            wire.get("/nowhere").read();
            wire.get("/nowhere/else").read();
            eventually(() -> log.size() == 4);
            var answer = wire.get("/metrics").read();
            assertTrue(answer.header("content-type").startsWith("text/plain; version=0.0.4"));
            for (var line : new String[] {
                "# TYPE panallama_requests_total counter",
                "panallama_requests_total{route=\"/echo\",status=\"200\"} 1",
                "panallama_requests_total{route=\"/events\",status=\"200\"} 1",
                "panallama_requests_total{route=\"other\",status=\"404\"} 2",
                "panallama_requests_in_flight 1",
                "panallama_request_duration_seconds_bucket{le=\"0.5\"} 3",
                "panallama_request_duration_seconds_bucket{le=\"+Inf\"} 4",
                "panallama_request_duration_seconds_count 4",
                "panallama_prompt_tokens_total 3",
                "panallama_generated_tokens_total 20",
                "panallama_prompt_seconds_total 1.0",
                "panallama_decode_seconds_total 2.0",
                "panallama_decoded_tokens_total 19"
            }) {
                assertTrue(
                        answer.body().contains("\n" + line + "\n")
                                || answer.body().startsWith(line),
                        line);
            }
            assertTrue(answer.body().lines().allMatch(l -> l.matches("# (HELP|TYPE) \\S+ .+|\\w+(\\{.*})? \\S+")));
        }
    }
}
