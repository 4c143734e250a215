package io.github.panallama.http.protocol;

import io.github.panallama.chat.ChatReply;
import io.github.panallama.chat.ToolCall;
import io.github.panallama.completion.Usage;
import io.github.panallama.http.wire.ChatLogprobs;
import io.github.panallama.http.wire.Finish;
import io.github.panallama.http.wire.Json;
import io.github.panallama.http.wire.TokenUsage;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// OpenAI's chat completion objects.
///
/// @param head of all of them
/// @param request that they answer
record ChatCompletionJson(Head head, ChatRequest request) {
    private static final String CHUNK = "chat.completion.chunk";

    /// {@return the whole answer}
    ObjectNode whole(List<ChatReply> replies, Usage usage) {
        var json = head.object("chat.completion");
        var choices = json.putArray("choices");
        for (var reply : replies) {
            var choice = Json.object().put("index", choices.size());
            choice.set("message", message(reply));
            choice.set(
                    "logprobs",
                    Json.tree(request.logprobs() ? ChatLogprobs.of(reply.tokens(), request.topLogprobs()) : null));
            choices.add(choice.put("finish_reason", Finish.reason(reply.finish())));
        }
        return json.set("usage", Json.tree(TokenUsage.of(usage)));
    }

    private static ObjectNode message(ChatReply reply) {
        boolean silent = reply.text().isEmpty() && !reply.toolCalls().isEmpty();
        var message = Json.object()
                .put("role", "assistant")
                .put("content", silent ? null : reply.text())
                .putNull("refusal");
        if (!reply.reasoning().isEmpty()) {
            message.put("reasoning_content", reply.reasoning());
        }
        if (!reply.toolCalls().isEmpty()) {
            var calls = message.putArray("tool_calls");
            reply.toolCalls().forEach(call -> calls.add(call(call)));
        }
        return message;
    }

    private static ObjectNode call(ToolCall call) {
        var json = Json.object().put("id", call.id()).put("type", "function");
        json.putObject("function").put("name", call.name()).put("arguments", call.arguments());
        return json;
    }

    /// {@return a piece of the answer}
    ///
    /// @param delta what it adds to the message
    ObjectNode chunk(int index, ObjectNode delta, @Nullable ChatLogprobs logprobs, @Nullable String finish) {
        var json = head.object(CHUNK);
        var choice = json.putArray("choices").addObject().put("index", index);
        choice.set("delta", delta);
        choice.set("logprobs", Json.tree(logprobs));
        choice.put("finish_reason", finish);
        return request.usage() ? json.putNull("usage") : json;
    }

    /// {@return the last piece, with the tokens used}
    ObjectNode last(Usage usage) {
        return head.last(CHUNK, usage);
    }
}
