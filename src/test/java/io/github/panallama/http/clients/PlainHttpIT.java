package io.github.panallama.http.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.http.clients.PlainClient.Answer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Together's `/inference` and our own `/chat`, as any program would call them, and what all routes share.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PlainHttpIT {
    @AutoClose
    private final Servers servers = Servers.start("hello", "loop", "dice", "prose");

    private Answer inference(String server, String prompt, String field, Object value) {
        var body = Map.of("model", "m", "prompt", prompt, "max_tokens", 20, "temperature", 0);
        return PlainClient.post(servers.uri(server), "/inference", PlainClient.with(body, field, value));
    }

    /// R3-1 to R3-4, R3-E4, A60.
    @ParameterizedTest
    @ValueSource(strings = {"/inference", "/api/inference"})
    void theCallOfScenarioThree(String path) {
        var body =
                """
                {"model": "togethercomputer/RedPajama-INCITE-7B-Base",
                 "prompt": "Label the sentences.\\nInput: I donβt like it.\\nOutput:",
                 "top_p": 1, "top_k": 40, "temperature": 0.8, "max_tokens": 100, "repetition_penalty": 1, "stop": "\\n\\n"}
                """;
        var answer = PlainClient.post(
                servers.uri("prose"), path, body, "Authorization", "Bearer key", "User-Agent", "scenario");
        assertEquals(200, answer.status(), answer::text);
        assertEquals("finished", answer.string("/status"));
        assertEquals("Label the sentences.\nInput: I donβt like it.\nOutput:", answer.string("/prompt/0"));
        assertEquals("togethercomputer/RedPajama-INCITE-7B-Base", answer.string("/model"));
        assertEquals("language-model-inference", answer.string("/output/result_type"));
        assertTrue(answer.json().at("/output/raw_compute_time").asDouble() > 0);
        assertTrue(answer.json().at("/output/raw_compute_time").isFloatingPointNumber());
        assertEquals(0, answer.number("/output/choices/0/index"));
        assertFalse(answer.string("/output/choices/0/text").contains("\n\n"));
        assertTrue(List.of("stop", "eos", "length").contains(answer.string("/output/choices/0/finish_reason")));
        assertEquals(40, answer.number("/args/top_k"));
        assertEquals("\n\n", answer.string("/args/stop"));
    }

    /// R3-E1, R3-2, A25, A62: the true reason; a stop is a text or a list.
    @Test
    void inferenceSaysWhyItEnded() {
        assertEquals("eos", inference("hello", "x\n", "max_tokens", 20).string("/output/choices/0/finish_reason"));
        assertEquals("length", inference("loop", "x\n", "max_tokens", 20).string("/output/choices/0/finish_reason"));
        for (Object stop : List.of("o h", List.of("o h", "z"))) {
            var stopped = inference("loop", "x\n", "stop", stop);
            assertEquals("stop", stopped.string("/output/choices/0/finish_reason"));
            assertEquals("hell", stopped.string("/output/choices/0/text"));
        }
        assertEquals(400, inference("loop", "x\n", "stop", "").status());
        assertEquals(200, inference("loop", "x\n", "stop", List.of()).status());
    }

    /// R3-3, R3-5, R3-8, A61: leading space, one token, alternatives.
    @Test
    void inferenceKeepsSpacesAndReportsAlternatives() {
        var answer = inference("dice", "t", "logprobs", 3);
        int start = ClientModels.DICE.vocabulary().id("▁t");
        var expected = JsonMapper.shared()
                .<JsonNode>valueToTree(ClientModels.expected("t", new int[] {start}))
                .at("/dice/text");
        var logprobs = answer.json().at("/output/choices/0/logprobs");
        var text = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            var token = expected.at("/tokens/" + i).asString();
            text.append(token);
            assertEquals(token, logprobs.at("/tokens/" + i).asString());
            assertEquals(3, logprobs.at("/top_logprobs/" + i).size(), "greedy is among the first three");
            assertEquals(
                    expected.at("/logprobs/" + i).asDouble(),
                    logprobs.at("/token_logprobs/" + i).asDouble(),
                    1e-4);
            assertTrue(logprobs.at("/token_ids/" + i).isInt());
        }
        assertEquals(text.toString(), answer.string("/output/choices/0/text"));
    }

    /// R2-6, A50.
    @Test
    void theCallOfScenarioTwo() {
        var body =
                "{\"prompt\":\"Summarize this document\",\"temperature\":0.8,\"frequency_penalty\":0.9,\"max_tokens\":200}";
        var answer = PlainClient.post(servers.uri("prose"), "/chat", body);
        assertEquals(200, answer.status(), answer::text);
        assertTrue(answer.number("/usage/completion_tokens") <= 200);
        assertEquals(
                answer.number("/usage/total_tokens"),
                answer.number("/usage/completion_tokens") + answer.number("/usage/prompt_tokens"));
        assertEquals(
                "{\"requested\":200,\"applied\":200,\"reasons\":[\"user\"]}",
                answer.json().at("/limits").toString());
        assertEquals(0.8, answer.json().at("/parameters/temperature").asDouble(), 1e-6);
        assertEquals(0.9, answer.json().at("/parameters/frequency_penalty").asDouble(), 1e-6);
        assertTrue(answer.json().at("/parameters/seed").isIntegralNumber());
        assertFalse(answer.string("/text").isEmpty());
        assertTrue(List.of("stop", "length").contains(answer.string("/finish_reason")));
    }

    @Test
    void chatSaysWhyItEndedAndRepeatsWithItsSeed() {
        var stopped = PlainClient.post(servers.uri("loop"), "/chat", Map.of("prompt", "hi", "stop", "o h"));
        assertEquals("hell", stopped.string("/text"));
        assertEquals("stop", stopped.string("/finish_reason"));
        assertEquals("o h", stopped.string("/stop_sequence"));
        var turns = List.of(Map.of("role", "user", "content", "hi"));
        assertEquals(
                "hello",
                PlainClient.post(servers.uri("hello"), "/chat", Map.of("messages", turns))
                        .string("/text"));
        var rolled = PlainClient.post(servers.uri("dice"), "/chat", Map.of("prompt", "hi", "max_tokens", 20));
        var seed = rolled.json().at("/parameters/seed").asLong();
        var ask = Map.of("prompt", "hi", "max_tokens", 20);
        var again = PlainClient.post(servers.uri("dice"), "/chat", PlainClient.with(ask, "seed", seed));
        assertEquals(rolled.string("/text"), again.string("/text"));
        var other =
                PlainClient.post(servers.uri("dice"), "/chat", PlainClient.with(ask, "seed", seed == 0 ? 1 : seed - 1));
        assertNotEquals(rolled.string("/text"), other.string("/text"));
    }

    @Test
    void chatStreams() {
        var answer = PlainClient.post(
                servers.uri("hello"), "/chat", "{\"prompt\":\"hi\",\"temperature\":0,\"stream\":true}");
        var events = List.of(answer.text().split("\n\n"));
        assertEquals("data: [DONE]", events.getLast());
        assertTrue(events.get(events.size() - 2).contains("\"text\":\"hello\""), answer::text);
        assertTrue(events.getFirst().startsWith("data: {\"text\":\"he"), answer::text);
    }

    /// R3-5, A11, A54: every route.
    @ParameterizedTest
    @EnumSource
    void exactlyAsManyTokensAsAskedFor(PlainRoute route) {
        for (int tokens : new int[] {1, 7, 100}) {
            assertEquals(tokens, route.tokens(route.ask(servers.uri("loop"), tokens)), route.path);
        }
    }

    /// A56, L13: every route, in its shape.
    @ParameterizedTest
    @EnumSource
    void whatIsNoNumberOfTokens(PlainRoute route) {
        for (Object wrong : List.of("200", 1.5, -5, true, List.of(1))) {
            var answer = route.ask(servers.uri("loop"), wrong);
            assertEquals(400, answer.status(), () -> wrong + " " + answer.text());
            assertTrue(route.error(answer).contains("max_tokens"), answer::text);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNoRequest(PlainRoute route) {
        var deep = "{\"a\":" + "[".repeat(100) + "]".repeat(100) + "}";
        for (var body : List.of("", "{", "[]", "null", "{\"prompt\":\"\\ud800\"}", deep)) {
            var answer = PlainClient.post(servers.uri("hello"), route.path, body);
            assertEquals(400, answer.status(), () -> body + " " + answer.text());
            assertFalse(route.error(answer).isEmpty());
        }
        var method = PlainClient.get(servers.uri("hello"), route.path);
        assertEquals(405, method.status());
        assertFalse(route.error(method).isEmpty());
    }

    @ParameterizedTest
    @EnumSource
    void requestIdsAreOnEveryAnswer(PlainRoute route) {
        for (var answer : List.of(route.ask(servers.uri("hello"), 1), route.ask(servers.uri("hello"), "x"))) {
            assertTrue(answer.header("request-id").isPresent());
            assertEquals(answer.header("request-id"), answer.header("x-request-id"));
        }
    }

    @Test
    void whatIsNotAQuestionToTheModel() {
        var server = servers.uri("hello");
        assertEquals(200, PlainClient.get(server, "/health").status());
        assertEquals("list", PlainClient.get(server, "/v1/models").string("/object"));
        assertEquals("model", PlainClient.get(server, "/models").string("/data/0/object"));
        assertTrue(PlainClient.get(server, "/openapi.json").string("/openapi").startsWith("3."));
        assertTrue(PlainClient.get(server, "/metrics").text().contains("# TYPE"));
        var unknown = PlainClient.get(server, "/nowhere");
        assertEquals(404, unknown.status());
        assertFalse(unknown.string("/error/message").isEmpty());
        for (var alias : List.of("/completions", "/chat/completions")) {
            var route = alias.equals("/completions") ? PlainRoute.COMPLETIONS : PlainRoute.CHAT_COMPLETIONS;
            var answer = PlainClient.post(server, alias, PlainClient.with(route.body, "temperature", 0));
            assertTrue(answer.text().contains("hello"), answer::text);
        }
    }
}
