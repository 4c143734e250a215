package io.github.panallama.http.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.fixture.Models;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `/chat`, with a model that answers `hello`.
class SimpleChatIT {
    private static final String SCENARIO =
            """
            {"prompt":"Summarize this document","temperature":0.8,"frequency_penalty":0.9,"max_tokens":200}""";

    private static Endpoint endpoint;

    @BeforeAll
    static void open() {
        endpoint = Endpoint.of(Models.chat());
    }

    @AfterAll
    static void close() {
        endpoint.close();
    }

    @Test
    void theScenariosCall_R2_6_A50() {
        var answer = endpoint.post("/chat", SCENARIO).ok();
        assertEquals(
                Set.of("id", "model", "text", "finish_reason", "stop_sequence", "usage", "limits", "parameters"),
                Set.copyOf(answer.json().propertyNames()));
        assertEquals(
                Endpoint.JSON.readTree("{\"requested\":200,\"applied\":200,\"reasons\":[\"user\"]}"),
                answer.at("/limits"));
        assertEquals(0.8, answer.at("/parameters/temperature").asDouble(), 1e-6);
        assertEquals(0.9, answer.at("/parameters/frequency_penalty").asDouble(), 1e-6);
        assertTrue(answer.at("/parameters/seed").isIntegralNumber());
        assertTrue(answer.at("/usage/completion_tokens").asInt() <= 200);
        assertEquals("200", answer.header("x-max-tokens-requested"));
    }

    @Test
    void aSeedRepeatsAnAnswer() {
        var first = endpoint.post("/chat", SCENARIO).ok();
        var seed = ",\"seed\":" + first.at("/parameters/seed") + "}";
        assertEquals(
                first.at("/text"),
                endpoint.post("/chat", SCENARIO.replace("}", seed)).at("/text"));
    }

    @Test
    void lengthsHaveNames_R2_5_A53_L6_L7() {
        var body = "{\"prompt\":\"hi\",\"temperature\":0,%s}";
        named(body, "short", 50);
        named(body, "Medium", 150);
        var longer = endpoint.post("/chat", body.formatted("\"response_length\":\"LONG\""))
                .ok();
        assertEquals("preset,context_room", longer.header("x-max-tokens-reason"));
        var huge = endpoint.post("/chat", body.formatted("\"response_length\":\"huge\""));
        assertEquals(400, huge.status());
        assertTrue(huge.at("/error/message").asString().contains("short, medium, long"));
        assertEquals(
                400,
                endpoint.post("/chat", body.formatted("\"response_length\":\"short\",\"max_tokens\":5"))
                        .status());
    }

    private static void named(String body, String name, int tokens) {
        var named = endpoint.post("/chat", body.formatted("\"response_length\":\"%s\"".formatted(name)))
                .ok();
        var counted = endpoint.post("/chat", body.formatted("\"max_tokens\":" + tokens))
                .ok();
        assertEquals(counted.at("/text"), named.at("/text"));
        assertEquals(Integer.toString(tokens), named.header("x-max-tokens-applied"));
        assertEquals("preset", named.header("x-max-tokens-reason"));
    }

    @Test
    void messagesAndInstructions() {
        var prompt = endpoint.post("/chat", "{\"prompt\":\"hi\",\"system\":\"be brief\",\"temperature\":0}")
                .ok();
        var messages = endpoint.post(
                        "/chat",
                        """
                {"messages":[{"role":"system","content":"be brief"},{"role":"user","content":"hi"}],"temperature":0}""")
                .ok();
        assertEquals("hello", prompt.at("/text").asString());
        assertEquals("stop", prompt.at("/finish_reason").asString());
        assertEquals(prompt.at("/usage"), messages.at("/usage"));
        assertEquals(400, endpoint.post("/chat", "{}").status());
        assertEquals(
                400,
                endpoint.post("/chat", "{\"prompt\":\"a\",\"messages\":[]}").status());
    }

    @Test
    void aStreamEndsWithTheWholeAnswer() {
        var body = "{\"prompt\":\"hi\",\"temperature\":0,\"seed\":1,\"stop\":\"lo\"}";
        var whole = endpoint.post("/chat", body).ok();
        assertEquals("lo", whole.at("/stop_sequence").asString());
        var events = endpoint.events("/chat", body.replace("}", ",\"stream\":true}"));
        assertEquals("[DONE]", events.getLast().data());
        var last = (ObjectNode)
                Endpoint.JSON.readTree(events.get(events.size() - 2).data());
        assertEquals(without("id", whole.json()), without("id", last));
        assertEquals(
                "hel",
                events.subList(0, events.size() - 2).stream()
                        .map(e -> e.at("/text").asString())
                        .collect(Collectors.joining()));
    }

    private static ObjectNode without(String name, JsonNode object) {
        var copy = ((ObjectNode) object).deepCopy();
        var _ = copy.remove(name);
        return copy;
    }
}
