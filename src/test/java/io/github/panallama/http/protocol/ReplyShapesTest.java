package io.github.panallama.http.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.panallama.chat.ChatOptions;
import io.github.panallama.chat.ChatReply;
import io.github.panallama.chat.Message;
import io.github.panallama.chat.ReplyPart;
import io.github.panallama.chat.ToolCall;
import io.github.panallama.completion.Completion;
import io.github.panallama.completion.FinishReason;
import io.github.panallama.completion.Timings;
import io.github.panallama.completion.Usage;
import io.github.panallama.limits.GenerationLimits;
import io.github.panallama.limits.Length;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Replies that think and call tools, on the wire.
class ReplyShapesTest {
    private static final MessageJson SHOWN = new MessageJson("msg_1", "m", true, false);
    private static final MessageJson HIDDEN = new MessageJson("msg_1", "m", false, false);
    private static final List<ReplyPart> PARTS = List.of(
            new ReplyPart.Reasoning("h"),
            new ReplyPart.Reasoning("m"),
            new ReplyPart.Text("so", List.of()),
            new ReplyPart.ToolCallBegin(0, "c1", "f"),
            new ReplyPart.ToolArguments(0, "{\"x\""),
            new ReplyPart.ToolArguments(0, ":1}"),
            new ReplyPart.ToolCallBegin(1, "c2", "g"));
    private static final ChatReply REPLY = reply(
            "so",
            "hm",
            new FinishReason.ToolUse(),
            new ToolCall("c1", "f", "{\"x\":1}"),
            new ToolCall("c2", "g", "{\"x"));

    private static ChatReply reply(String text, String reasoning, FinishReason finish, ToolCall... calls) {
        var completion = new Completion(
                text,
                List.of(),
                List.of(),
                finish,
                new Usage(3, 9),
                1,
                GenerationLimits.NONE.apply(Length.tokens(50), 3, 100),
                Timings.NONE);
        return new ChatReply(text, reasoning, List.of(calls), finish, List.of(), completion);
    }

    private static JsonNode json(String json) {
        return Endpoint.JSON.readTree(json);
    }

    @Test
    void anthropicsMessage() {
        assertEquals(
                json(
                        """
                {"id":"msg_1","type":"message","role":"assistant","model":"m","content":[
                   {"type":"thinking","thinking":"hm","signature":""},{"type":"text","text":"so","citations":null},
                   {"type":"tool_use","id":"toolu_c1","name":"f","input":{"x":1}},
                   {"type":"tool_use","id":"toolu_c2","name":"g","input":{}}],
                 "stop_reason":"tool_use","stop_sequence":null,
                 "usage":{"input_tokens":3,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":9}}"""),
                SHOWN.whole(REPLY));
        var silent = reply("", "hm", new FinishReason.ToolUse(), new ToolCall("c1", "f", "{}"));
        assertEquals(
                json("[{\"type\":\"tool_use\",\"id\":\"toolu_c1\",\"name\":\"f\",\"input\":{}}]"),
                HIDDEN.whole(silent).get("content"));
        var thought = reply("", "hm", new FinishReason.Length());
        assertEquals(2, SHOWN.whole(thought).get("content").size());
        assertEquals(
                json("[{\"type\":\"text\",\"text\":\"\",\"citations\":null}]"),
                HIDDEN.whole(thought).get("content"));
    }

    @Test
    void anthropicsEvents() {
        assertEquals(
                """
                content_block_start {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}
                content_block_delta {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"h"}}
                content_block_delta {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"m"}}
                content_block_delta {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":""}}
                content_block_stop {"type":"content_block_stop","index":0}
                content_block_start {"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}
                content_block_delta {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"so"}}
                content_block_stop {"type":"content_block_stop","index":1}
                content_block_start {"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"toolu_c1","name":"f","input":{}}}
                content_block_delta {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\\"x\\""}}
                content_block_delta {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":":1}"}}
                content_block_stop {"type":"content_block_stop","index":2}
                content_block_start {"type":"content_block_start","index":3,"content_block":{"type":"tool_use","id":"toolu_c2","name":"g","input":{}}}
                content_block_stop {"type":"content_block_stop","index":3}
                message_delta {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":9}}
                message_stop {"type":"message_stop"}""",
                events(SHOWN, PARTS, REPLY));
    }

    @Test
    void whatIsNotShownLeavesNoBlock() {
        assertEquals(
                """
                content_block_start {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}
                content_block_stop {"type":"content_block_stop","index":0}
                message_delta {"type":"message_delta","delta":{"stop_reason":"max_tokens","stop_sequence":null},"usage":{"output_tokens":9}}
                message_stop {"type":"message_stop"}""",
                events(HIDDEN, List.of(new ReplyPart.Reasoning("h")), reply("", "h", new FinishReason.Length())));
    }

    private static String events(MessageJson json, List<ReplyPart> parts, ChatReply whole) {
        var recorder = new Recorder();
        var events = new MessageEvents(json, new Reply(recorder));
        events.begin(3);
        parts.forEach(events::add);
        events.end(whole);
        return String.join("\n", recorder.events.subList(2, recorder.events.size()));
    }

    private static final ChatRequest REQUEST =
            new ChatRequest(List.of(Message.user("q")), 1, ChatOptions.DEFAULT, true, false);
    private static final ChatCompletionJson OPENAI = new ChatCompletionJson(new Head("i", 1, "m"), REQUEST);

    @Test
    void openAisMessage() {
        assertEquals(
                json(
                        """
                [{"index":0,"message":{"role":"assistant","content":"so","refusal":null,"reasoning_content":"hm",
                  "tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\\"x\\":1}"}},
                                {"id":"c2","type":"function","function":{"name":"g","arguments":"{\\"x"}}]},
                  "logprobs":null,"finish_reason":"tool_calls"}]"""),
                OPENAI.whole(List.of(REPLY), REPLY.usage()).get("choices"));
        var silent = reply("", "", new FinishReason.ToolUse(), new ToolCall("c1", "f", "{}"));
        assertEquals(json("null"), OPENAI.whole(List.of(silent), silent.usage()).at("/choices/0/message/content"));
    }

    @Test
    void openAisEvents() {
        var recorder = new Recorder();
        var chunks = new ChatChunks(OPENAI, 0, REQUEST, new Reply(recorder));
        chunks.begin();
        PARTS.forEach(chunks::add);
        chunks.end(REPLY);
        var deltas = recorder.events.stream()
                .map(event -> json(event).at("/choices/0/delta").toString())
                .toList();
        assertEquals(
                """
                {"role":"assistant","content":""}
                {"reasoning_content":"h"}
                {"reasoning_content":"m"}
                {"content":"so"}
                {"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"f","arguments":""}}]}
                {"tool_calls":[{"index":0,"function":{"arguments":"{\\"x\\""}}]}
                {"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]}
                {"tool_calls":[{"index":1,"id":"c2","type":"function","function":{"name":"g","arguments":""}}]}
                {}""",
                String.join("\n", deltas));
        assertEquals(
                "tool_calls",
                json(recorder.events.getLast()).at("/choices/0/finish_reason").asString());
    }
}
