package io.github.panallama.http.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.fixture.Models;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Tools and thoughts on the wire, with a model that thinks, speaks and calls a tool, whatever it is asked.
class ToolCallsIT {
    private static final String OPENAI =
            """
            {"messages":[{"role":"user","content":"how is it in Paris?"}],"temperature":0,"max_tokens":64,
             "tools":[{"type":"function","function":{"name":"weather","parameters":
               {"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}}]%s}""";
    private static final String ANTHROPIC =
            """
            {"model":"m","messages":[{"role":"user","content":"how is it in Paris?"}],"temperature":0,"max_tokens":64,
             "tools":[{"name":"weather","input_schema":
               {"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}]%s}""";

    private static Endpoint endpoint;

    @BeforeAll
    static void open() {
        endpoint = Endpoint.of(Models.caller());
    }

    @AfterAll
    static void close() {
        endpoint.close();
    }

    @Test
    void openAisCallsAreStreamedAsTheyAre() {
        var whole =
                endpoint.post("/v1/chat/completions", OPENAI.formatted("")).ok().at("/choices/0");
        assertEquals("tool_calls", whole.at("/finish_reason").asString());
        assertEquals("I look", whole.at("/message/content").asString().strip());
        assertEquals("hm", whole.at("/message/reasoning_content").asString().strip());
        assertEquals("weather", whole.at("/message/tool_calls/0/function/name").asString());
        assertEquals(
                "{\"city\": \"Paris\"}",
                whole.at("/message/tool_calls/0/function/arguments").asString());
        var events = endpoint.events("/v1/chat/completions", OPENAI.formatted(",\"stream\":true"));
        var chunks = events.subList(0, events.size() - 1);
        for (var field : List.of("content", "reasoning_content")) {
            assertEquals(whole.at("/message/" + field).asString(), joined(chunks, "/choices/0/delta/" + field));
        }
        assertEquals(
                whole.at("/message/tool_calls/0/function/arguments").asString(),
                joined(chunks, "/choices/0/delta/tool_calls/0/function/arguments"));
        assertEquals("weather", joined(chunks, "/choices/0/delta/tool_calls/0/function/name"));
        assertEquals(
                "tool_calls", chunks.getLast().at("/choices/0/finish_reason").asString());
    }

    private static String joined(List<Endpoint.Event> events, String pointer) {
        return events.stream().map(e -> e.at(pointer).asString("")).collect(Collectors.joining());
    }

    @Test
    void aCallCanBeMadeTheOnlyAnswer() {
        var named = ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"weather\"}}";
        for (var choice : List.of(",\"tool_choice\":\"required\"", named)) {
            var body = OPENAI.formatted(choice).replace("\"max_tokens\":64", "\"max_tokens\":400");
            var answer = endpoint.post("/v1/chat/completions", body).ok().at("/choices/0");
            assertEquals("tool_calls", answer.at("/finish_reason").asString(), answer::toString);
            var arguments = Endpoint.JSON.readTree(
                    answer.at("/message/tool_calls/0/function/arguments").asString());
            assertTrue(arguments.at("/city").isString());
        }
        var none = endpoint.post("/v1/chat/completions", OPENAI.formatted(",\"tool_choice\":\"none\""))
                .ok();
        assertTrue(none.at("/choices/0/message/tool_calls").isMissingNode());
    }

    @Test
    void anthropicsBlocks() {
        var shown = endpoint.post("/v1/messages", ANTHROPIC.formatted(",\"thinking\":{\"type\":\"adaptive\"}"))
                .ok();
        assertEquals("tool_use", shown.at("/stop_reason").asString());
        assertEquals(
                List.of("thinking", "text", "tool_use"),
                shown.at("/content")
                        .valueStream()
                        .map(b -> b.at("/type").asString())
                        .toList());
        assertEquals("hm", shown.at("/content/0/thinking").asString().strip());
        assertEquals("I look", shown.at("/content/1/text").asString().strip());
        assertTrue(shown.at("/content/2/id").asString().startsWith("toolu_"));
        assertEquals("Paris", shown.at("/content/2/input/city").asString());

        var events = endpoint.events(
                "/v1/messages", ANTHROPIC.formatted(",\"thinking\":{\"type\":\"adaptive\"},\"stream\":true"));
        assertEquals(shown.at("/content/0/thinking").asString(), joined(events, "/delta/thinking"));
        assertEquals(shown.at("/content/1/text").asString(), joined(events, "/delta/text"));
        assertEquals(shown.at("/content/2/input"), Endpoint.JSON.readTree(joined(events, "/delta/partial_json")));
        assertEquals(
                List.of("thinking", "text", "tool_use"),
                events.stream()
                        .filter(e -> "content_block_start".equals(e.name()))
                        .map(e -> e.at("/content_block/type").asString())
                        .toList());
    }

    @Test
    void resultsGoBackIn_A07() {
        var call = endpoint.post("/v1/messages", ANTHROPIC.formatted(""))
                .ok()
                .at("/content")
                .valueStream()
                .filter(block -> block.at("/type").asString().equals("tool_use"))
                .findFirst()
                .orElseThrow();
        var body = ANTHROPIC
                .formatted("")
                .replace(
                        "Paris?\"}]",
                        """
                Paris?"},{"role":"assistant","content":[%s]},
                {"role":"user","content":[{"type":"tool_result","tool_use_id":%s,"content":"sunny"}]}]"""
                                .formatted(call, call.at("/id")));
        var answer = endpoint.post("/v1/messages", body).ok();
        assertEquals(
                answer.at("/usage/input_tokens"),
                endpoint.post("/v1/messages/count_tokens", body).ok().at("/input_tokens"));
    }

    @Test
    void thinkingIsWhatTheRequestSays() {
        var path = "/v1/messages/count_tokens";
        int not =
                endpoint.post(path, ANTHROPIC.formatted("")).at("/input_tokens").asInt();
        int thinking = endpoint.post(path, ANTHROPIC.formatted(",\"thinking\":{\"type\":\"enabled\"}"))
                .at("/input_tokens")
                .asInt();
        assertTrue(not > thinking, "the template closes the thought that it opens");
        int kwargs = promptTokens(",\"chat_template_kwargs\":{\"enable_thinking\":false}");
        assertEquals(kwargs, promptTokens(",\"reasoning_effort\":\"none\""));
        assertTrue(kwargs > promptTokens(""));
    }

    private static int promptTokens(String rest) {
        return endpoint.post("/v1/chat/completions", OPENAI.formatted(rest))
                .ok()
                .at("/usage/prompt_tokens")
                .asInt();
    }
}
