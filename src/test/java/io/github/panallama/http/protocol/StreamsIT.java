package io.github.panallama.http.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.fixture.BigramModel;
import io.github.panallama.fixture.TestVocabulary;
import io.github.panallama.model.ModelOptions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Streams of all protocols, from a model with one slot that never ends a text by itself.
class StreamsIT {
    private static final BigramModel MODEL = BigramModel.builder(TestVocabulary.chat())
            .name("endless")
            .never("</s>", "<|im_end|>")
            .build();
    private static Endpoint endpoint;

    @BeforeAll
    static void open() {
        endpoint =
                Endpoint.of(MODEL, ModelOptions.DEFAULT.withContextSize(16_384).withQueue(0), options -> options);
    }

    @AfterAll
    static void close() {
        endpoint.close();
    }

    /// A protocol, how its requests look, and where the text is in its answers and in its events.
    enum Protocol {
        MESSAGES(
                "/v1/messages",
                "\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"the sand\"}],\"stream\":%s",
                "/content/0/text",
                "/delta/text"),
        COMPLETIONS("/v1/completions", "\"prompt\":\"the sand\",\"stream\":%s", "/choices/0/text", "/choices/0/text"),
        CHAT_COMPLETIONS(
                "/v1/chat/completions",
                "\"messages\":[{\"role\":\"user\",\"content\":\"the sand\"}],\"stream\":%s",
                "/choices/0/message/content",
                "/choices/0/delta/content"),
        INFERENCE(
                "/inference",
                "\"prompt\":\"the sand\",\"stream_tokens\":%s",
                "/output/choices/0/text",
                "/choices/0/text"),
        CHAT("/chat", "\"prompt\":\"the sand\",\"stream\":%s", "/text", "/text");

        private final String path;
        private final String body;
        private final String whole;
        private final String piece;

        Protocol(String path, String body, String whole, String piece) {
            this.path = path;
            this.body = body;
            this.whole = whole;
            this.piece = piece;
        }

        String body(boolean stream, int tokens, String rest) {
            return "{%s,\"max_tokens\":%d%s}".formatted(body.formatted(stream), tokens, rest);
        }

        String whole(String rest) {
            return endpoint.post(path, body(false, 20, rest)).ok().at(whole).asString();
        }

        List<String> pieces(String rest) {
            return endpoint.events(path, body(true, 20, rest)).stream()
                    .filter(e -> e.data().startsWith("{"))
                    .filter(e -> !e.data().contains("\"limits\"")) // /chat's whole answer
                    .map(e -> e.at(piece).asString(""))
                    .toList();
        }

        String stop(String text) {
            return ",\"temperature\":0,\"%s\":[%s]"
                    .formatted(this == MESSAGES ? "stop_sequences" : "stop", Endpoint.JSON.writeValueAsString(text));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStreamIsTheWholeTextInPieces_A27(Protocol protocol) {
        var greedy = ",\"temperature\":0";
        var text = protocol.whole(greedy);
        assertEquals(text, String.join("", protocol.pieces(greedy)));

        int middle = text.offsetByCodePoints(0, 4);
        var stop = text.substring(middle, text.offsetByCodePoints(middle, 2));
        var stopped = protocol.whole(protocol.stop(stop));
        assertEquals(text.substring(0, text.indexOf(stop)), stopped);
        assertEquals(stopped, String.join("", protocol.pieces(protocol.stop(stop))));

        var pending = protocol.stop(text.substring(text.length() - 2) + "§");
        assertEquals(text, protocol.whole(pending));
        assertEquals(text, String.join("", protocol.pieces(pending)));
    }

    @ParameterizedTest
    @EnumSource
    void whoLeavesIsNotWaitedFor_A49(Protocol protocol) throws InterruptedException {
        try (var lines =
                endpoint.open(protocol.path, protocol.body(true, 16_000, "")).body()) {
            assertTrue(lines.filter(line -> !line.isEmpty()).limit(9).count() > 0);
        }
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        int status = 0;
        while (status != 200 && System.nanoTime() < end) { // one slot and no queue: it is free again soon
            status = endpoint.post(protocol.path, protocol.body(false, 1, "")).status();
            Thread.sleep(20);
        }
        assertEquals(200, status);
    }

    @ParameterizedTest
    @EnumSource
    void aFullQueueIsSaid_R1_6(Protocol protocol) {
        try (var _ = endpoint.open(Protocol.COMPLETIONS.path, Protocol.COMPLETIONS.body(true, 16_000, ""))
                .body()) {
            for (var stream : List.of(true, false)) {
                var answer = endpoint.post(protocol.path, protocol.body(stream, 1, ""));
                if (protocol == Protocol.MESSAGES) {
                    assertEquals(529, answer.status());
                    assertEquals(
                            Set.of("type", "error", "request_id"),
                            Set.copyOf(answer.json().propertyNames()));
                    assertEquals(
                            Endpoint.JSON.readTree("{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}"),
                            answer.at("/error"));
                } else {
                    assertEquals(429, answer.status());
                    assertEquals("rate_limit_error", answer.at("/error/type").asString());
                }
            }
        }
        waitUntilFree();
    }

    private static void waitUntilFree() {
        var body = Protocol.COMPLETIONS.body(false, 1, "");
        while (endpoint.post(Protocol.COMPLETIONS.path, body).status() != 200) {
            Thread.onSpinWait();
        }
    }

    @Test
    void moreChoicesThanSlotsFillNoQueue() {
        var body = Protocol.COMPLETIONS.body(true, 5, ",\"n\":7");
        var events = endpoint.events(Protocol.COMPLETIONS.path, body);
        var finished = events.stream()
                .filter(e -> e.data().startsWith("{"))
                .filter(e -> !e.at("/choices/0/finish_reason").isNull())
                .map(e -> e.at("/choices/0/index").asInt())
                .collect(Collectors.toSet());
        assertEquals(Set.of(0, 1, 2, 3, 4, 5, 6), finished);
    }

    @Test
    void whenTheModelGoesItIsSaid() {
        try (var own = Endpoint.of(MODEL)) {
            own.llama().close();
            for (var protocol : Protocol.values()) {
                var answer = own.post(protocol.path, protocol.body(false, 1, ""));
                assertEquals(503, answer.status(), protocol::toString);
                assertFalse(answer.at("/error/message").asString().isEmpty());
            }
        }
    }
}
