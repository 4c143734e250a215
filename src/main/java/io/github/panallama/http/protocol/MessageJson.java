package io.github.panallama.http.protocol;

import io.github.panallama.chat.ChatReply;
import io.github.panallama.chat.ToolCall;
import io.github.panallama.completion.FinishReason;
import io.github.panallama.completion.Usage;
import io.github.panallama.http.server.Exchange;
import io.github.panallama.http.wire.Finish;
import io.github.panallama.http.wire.Json;
import io.github.panallama.limits.Reason;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Anthropic's message object.
///
/// @param id of the message
/// @param model as the request named it
/// @param thinking whether what the model thinks is shown
/// @param tellsContext whether the client knows the stop reason for a full context
record MessageJson(String id, String model, boolean thinking, boolean tellsContext) {
    private static final int CONTEXT_YEAR = 2026; // clients of this version know it
    private static final String CONTEXT_BETA = "model-context-window-exceeded";

    static MessageJson of(Exchange exchange, MessagesRequest request) {
        var version = exchange.header("anthropic-version").orElse("");
        boolean recent = version.matches("[0-9]{4}-.*") && Integer.parseInt(version, 0, 4, 10) >= CONTEXT_YEAR;
        boolean asked = exchange.header("anthropic-beta").orElse("").contains(CONTEXT_BETA);
        return new MessageJson(
                Ids.next("msg_"), request.model(), request.options().thinking(), recent || asked);
    }

    /// {@return the message before it says anything}
    ObjectNode begin(Usage usage) {
        var json = Json.object()
                .put("id", id)
                .put("type", "message")
                .put("role", "assistant")
                .put("model", model);
        json.putArray("content");
        json.putNull("stop_reason").putNull("stop_sequence");
        json.putObject("usage")
                .put("input_tokens", usage.promptTokens())
                .put("cache_creation_input_tokens", 0)
                .put("cache_read_input_tokens", 0)
                .put("output_tokens", usage.completionTokens());
        return json;
    }

    /// {@return the whole message: one block of text always, unless there are calls of tools only}
    ObjectNode whole(ChatReply reply) {
        var json = begin(reply.usage());
        var content = json.withArray("content");
        if (thinking && !reply.reasoning().isEmpty()) {
            content.add(thinkingBlock(reply.reasoning()));
        }
        if (!reply.text().isEmpty() || reply.toolCalls().isEmpty()) {
            content.add(textBlock(reply.text()).putNull("citations"));
        }
        reply.toolCalls().forEach(call -> content.add(toolBlock(call.id(), call.name(), input(call))));
        return json.put("stop_reason", stopReason(reply)).put("stop_sequence", Finish.stopSequence(reply.finish()));
    }

    static ObjectNode textBlock(String text) {
        return Json.object().put("type", "text").put("text", text);
    }

    static ObjectNode thinkingBlock(String text) {
        return Json.object().put("type", "thinking").put("thinking", text).put("signature", "");
    }

    static ObjectNode toolBlock(String id, String name, JsonNode input) {
        return Json.object()
                .put("type", "tool_use")
                .put("id", AnthropicMessages.TOOL_PREFIX + id)
                .put("name", name)
                .set("input", input);
    }

    /// What a cap has cut off is no object any more: then nothing of it is shown.
    private static JsonNode input(ToolCall call) {
        try {
            var input = JsonMapper.shared().readTree(call.arguments());
            return input.isObject() ? input : Json.object();
        } catch (JacksonException e) {
            return Json.object();
        }
    }

    String stopReason(ChatReply reply) {
        return switch (reply.finish()) {
            case FinishReason.EndOfText() -> "end_turn";
            case FinishReason.ToolUse() -> "tool_use";
            case FinishReason.Stop _ -> "stop_sequence";
            case FinishReason.Length(), FinishReason.Cancelled _ ->
                tellsContext && isContextFull(reply) ? "model_context_window_exceeded" : "max_tokens";
        };
    }

    private static boolean isContextFull(ChatReply reply) {
        return reply.completion().limits().reasons().contains(Reason.CONTEXT_ROOM);
    }
}
