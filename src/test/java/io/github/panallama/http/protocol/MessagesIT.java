package io.github.panallama.http.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.fixture.Models;
import io.github.panallama.model.ModelOptions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Anthropic's messages, with a model that answers `hello`.
class MessagesIT {
    private static final String PATH = "/v1/messages";
    private static Endpoint endpoint;

    @BeforeAll
    static void open() {
        endpoint = Endpoint.of(Models.chat());
    }

    @AfterAll
    static void close() {
        endpoint.close();
    }

    private static String body(String rest) {
        return body("[{\"role\":\"user\",\"content\":\"hi\"}]", rest);
    }

    private static String body(String messages, String rest) {
        return "{\"model\":\"claude-3-haiku-20240307\",\"max_tokens\":50,\"messages\":%s,\"temperature\":0%s}"
                .formatted(messages, rest);
    }

    @Test
    void theWholeMessage_R1_2_A03() {
        var answer = endpoint.post(PATH, body("")).ok();
        assertTrue(answer.at("/id").asString().matches("msg_[0-9A-Za-z]{24}"));
        assertEquals("message", answer.at("/type").asString());
        assertEquals("assistant", answer.at("/role").asString());
        assertEquals("claude-3-haiku-20240307", answer.at("/model").asString());
        assertEquals(
                Endpoint.JSON.readTree("[{\"type\":\"text\",\"text\":\"hello\",\"citations\":null}]"),
                answer.at("/content"));
        assertEquals("end_turn", answer.at("/stop_reason").asString());
        assertTrue(answer.at("/stop_sequence").isNull());
        assertEquals(0, answer.at("/usage/cache_creation_input_tokens").intValue());
        assertEquals(0, answer.at("/usage/cache_read_input_tokens").intValue());
        assertEquals(4, answer.at("/usage/output_tokens").asInt());
        assertNotNull(answer.header("request-id"));
        assertEquals("50", answer.header("x-max-tokens-applied"));
    }

    @Test
    void aCapIsReported_R0_4_A04() {
        var answer = endpoint.post(PATH, body("").replace("50", "2")).ok();
        assertEquals("max_tokens", answer.at("/stop_reason").asString());
        assertEquals(2, answer.at("/usage/output_tokens").asInt());
        assertTrue(answer.at("/stop_sequence").isNull());
    }

    @ParameterizedTest
    @ValueSource(strings = {"model", "max_tokens", "messages"})
    void threeFieldsAreRequired_R0_2_A02(String field) {
        var answer = endpoint.post(PATH, body("").replace("\"%s\"".formatted(field), "\"x\""));
        assertEquals(400, answer.status());
        assertEquals("error", answer.at("/type").asString());
        assertEquals("invalid_request_error", answer.at("/error/type").asString());
        assertTrue(answer.at("/error/message").asString().contains(field));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "max_tokens|\"max_tokens\":\"10\"",
                "max_tokens|\"max_tokens\":-5",
                "temperature|\"temperature\":1.1",
                "temperature|\"temperature\":-0.1",
                "stop_sequences|\"stop_sequences\":\"x\"",
                "stop_sequences|\"stop_sequences\":[\"\"]",
                "messages|\"messages\":[]",
                "messages[0].role|\"messages\":[{\"role\":\"system\",\"content\":\"x\"}]",
                "messages[0].content[0].type|\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image\"}]}]",
                "tools[0].type|\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"web_search\"}]",
                "tool_choice.type|\"tool_choice\":{\"type\":\"x\"}",
                "thinking.type|\"thinking\":{\"type\":\"x\"}"
            })
    void whatCannotBeIsRefusedByName(String example) {
        var field = example.substring(0, example.indexOf('|'));
        var answer = endpoint.post(PATH, body("," + example.substring(example.indexOf('|') + 1)));
        assertEquals(400, answer.status(), answer.json()::toString);
        assertEquals("invalid_request_error", answer.at("/error/type").asString());
        assertTrue(answer.at("/error/message").asString().startsWith(field), answer.json()::toString);
        assertTrue(answer.at("/request_id").asString().startsWith("req_"));
    }

    @Test
    void theStopIsNamedAndLeftOut_R1_9_to_R1_13_A20() {
        var answer =
                endpoint.post(PATH, body(",\"stop_sequences\":[\"x\",\"lo\"]")).ok();
        assertEquals("hel", answer.at("/content/0/text").asString());
        assertEquals("stop_sequence", answer.at("/stop_reason").asString());
        assertEquals("lo", answer.at("/stop_sequence").asString());
    }

    @Test
    void thereIsAlwaysABlockOfText_R1_20_A06() {
        var answer = endpoint.post(PATH, body(",\"stop_sequences\":[\"h\"]")).ok();
        assertEquals(1, answer.at("/content").size());
        assertEquals("", answer.at("/content/0/text").asString());
        var events = endpoint.events(PATH, body(",\"stop_sequences\":[\"h\"],\"stream\":true"));
        assertEquals(
                List.of(
                        "message_start",
                        "ping",
                        "content_block_start",
                        "content_block_stop",
                        "message_delta",
                        "message_stop"),
                events.stream().map(Endpoint.Event::name).toList());
    }

    @Test
    void theEventsInOrder_A48() {
        var whole = endpoint.post(PATH, body("")).ok();
        var events = endpoint.events(PATH, body(",\"stream\":true"));
        assertTrue(events.stream().allMatch(e -> e.at("/type").asString().equals(e.name())));
        assertEquals(
                "message_start,ping,content_block_start,content_block_delta,content_block_stop,message_delta,message_stop",
                events.stream().map(Endpoint.Event::name).distinct().collect(Collectors.joining(",")));
        var start = events.getFirst();
        assertEquals(
                Set.copyOf(whole.json().propertyNames()),
                Set.copyOf(start.at("/message").propertyNames()));
        assertEquals(0, start.at("/message/content").size());
        assertEquals(whole.at("/usage/input_tokens"), start.at("/message/usage/input_tokens"));
        var text = events.stream()
                .filter(e -> "content_block_delta".equals(e.name()))
                .map(e -> e.at("/delta/text").asString())
                .collect(Collectors.joining());
        assertEquals("hello", text);
        var delta = events.get(events.size() - 2);
        assertEquals(whole.at("/stop_reason"), delta.at("/delta/stop_reason"));
        assertEquals(whole.at("/usage/output_tokens"), delta.at("/usage/output_tokens"));
    }

    @Test
    void tokensCanBeCounted_R1_3_R1_18_A07_A13_A14() {
        var system = ",\"system\":\"be brief\"";
        int plain = endpoint.post(PATH, body("")).ok().at("/usage/input_tokens").asInt();
        int instructed =
                endpoint.post(PATH, body(system)).ok().at("/usage/input_tokens").asInt();
        assertNotEquals(plain, instructed);
        assertEquals(
                plain,
                endpoint.post(PATH, body("").replace("50", "7"))
                        .at("/usage/input_tokens")
                        .asInt());
        assertEquals(instructed, count(body(system)));
        assertEquals(plain, count(body("").replace("\"max_tokens\":50,", "")));
        assertEquals(instructed, count(body(",\"system\":[{\"type\":\"text\",\"text\":\"be brief\"}]")));
        assertEquals(plain, count(body("[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}]", "")));
    }

    private static int count(String body) {
        var answer = endpoint.post("/v1/messages/count_tokens", body).ok();
        assertEquals(Set.of("input_tokens"), Set.copyOf(answer.json().propertyNames()));
        return answer.at("/input_tokens").asInt();
    }

    @Test
    void turnsOfOneRoleAreOne_A08() {
        var two = body("[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"user\",\"content\":\"b\"}]", "");
        assertEquals(count(body("[{\"role\":\"user\",\"content\":\"a\\nb\"}]", "")), count(two));
    }

    @Test
    void aBeginningIsContinuedAndLeftOut_A08() {
        var begun =
                "[{\"role\":\"user\",\"content\":\"hi\"},{\"role\":\"assistant\",\"content\":\"The best answer is he\"}]";
        assertEquals(
                "llo",
                endpoint.post(PATH, body(begun, "")).ok().at("/content/0/text").asString());
    }

    @Test
    void toolsGoInAndTheirResults() {
        var messages =
                """
                [{"role":"user","content":"what is it?"},
                 {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":""},{"type":"text","text":"wait"},
                   {"type":"tool_use","id":"toolu_abc123def","name":"f","input":{"x":1}}]},
                 {"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_abc123def","content":"42"},
                   {"type":"text","text":"well?"}]}]""";
        var tools =
                """
                ,"tools":[{"name":"f","description":"d","input_schema":{"type":"object"}}],
                "tool_choice":{"type":"auto","disable_parallel_tool_use":true}""";
        assertEquals(
                endpoint.post(PATH, body(messages, tools))
                        .ok()
                        .at("/usage/input_tokens")
                        .asInt(),
                count(body(messages, tools)));
        assertEquals(
                400,
                endpoint.post(PATH, body(",\"tool_choice\":{\"type\":\"any\"}")).status());
        assertEquals(
                400,
                endpoint.post(PATH, body(",\"tool_choice\":{\"type\":\"tool\",\"name\":\"g\"}"))
                        .status());
    }

    @Test
    void anAbsentTemperatureIsOne_R1_16_A32() {
        var seeded = body(",\"seed\":5").replace("\"temperature\":0", "\"temperature\":1");
        assertEquals(
                endpoint.post(PATH, seeded).ok().at("/content"),
                endpoint.post(PATH, seeded.replace("\"temperature\":1", "\"x\":1"))
                        .ok()
                        .at("/content"));
        assertEquals(
                200,
                endpoint.post(PATH, seeded.replace("\"temperature\":1", "\"temperature\":1.0"))
                        .status());
    }

    @Test
    void aPromptThatIsTooLong_A46() {
        for (var rest : List.of("", ",\"stream\":true")) {
            var answer = endpoint.post(PATH, body(rest).replace("hi", "0".repeat(700)));
            assertEquals(400, answer.status());
            assertEquals("invalid_request_error", answer.at("/error/type").asString());
            assertTrue(answer.at("/error/message").asString().matches("prompt is too long: \\d+ tokens > 511 maximum"));
        }
    }

    @Test
    void aFullContextIsNamedToClientsThatKnowIt() {
        var never = ",\"logit_bias\":{\"%d\":-100,\"2\":-100}"
                .formatted(Models.chat().vocabulary().id("<|im_end|>"));
        var body = body(never).replace("50", "5000");
        assertEquals(
                "max_tokens", endpoint.post(PATH, body).ok().at("/stop_reason").asString());
        assertEquals("model_context_window_exceeded", stopReason(body, "anthropic-version", "2026-10-21"));
        assertEquals("max_tokens", stopReason(body, "anthropic-version", "2023-06-01"));
        assertEquals("max_tokens", stopReason(body.replace("5000", "9"), "anthropic-version", "2026-10-21"));
    }

    private static String stopReason(String body, String... headers) {
        return endpoint.post(PATH, body, headers).ok().at("/stop_reason").asString();
    }

    @Test
    void theOperatorsInstructionsComeFirstUnlessThereAreSome() {
        try (var instructed =
                Endpoint.of(Models.chat(), ModelOptions.DEFAULT, o -> o.withSystem(Optional.of("be brief")))) {
            var path = "/v1/messages/count_tokens";
            assertEquals(
                    count(body(",\"system\":\"be brief\"")),
                    instructed.post(path, body("")).at("/input_tokens").asInt());
            assertEquals(
                    count(body(",\"system\":\"be\"")),
                    instructed
                            .post(path, body(",\"system\":\"be\""))
                            .at("/input_tokens")
                            .asInt());
        }
    }

    @Test
    void withoutATemplateThereIsNoChat() {
        try (var plain = Endpoint.of(Models.bigram())) {
            var answer = plain.post(PATH, body(""));
            assertEquals(400, answer.status());
            assertTrue(answer.at("/error/message").asString().contains("template"));
        }
    }
}
