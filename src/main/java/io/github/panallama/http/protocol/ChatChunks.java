package io.github.panallama.http.protocol;

import io.github.panallama.ChatGeneration;
import io.github.panallama.chat.ChatReply;
import io.github.panallama.chat.ReplyPart;
import io.github.panallama.http.wire.ChatLogprobs;
import io.github.panallama.http.wire.Finish;
import io.github.panallama.http.wire.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The events of one choice of a chat completion.
final class ChatChunks {
    private final ChatCompletionJson json;
    private final int index;
    private final boolean logprobs;
    private final ChatLogprobs.Reader reader;
    private final Reply reply;

    ChatChunks(ChatCompletionJson json, int index, ChatRequest request, Reply reply) {
        this.json = json;
        this.index = index;
        this.logprobs = request.logprobs();
        this.reader = new ChatLogprobs.Reader(request.topLogprobs());
        this.reply = reply;
    }

    /// Sends all of a generation.
    ///
    /// @return the whole reply
    ChatReply send(ChatGeneration generation) {
        begin();
        generation.forEach(this::add);
        var whole = Reply.whole(generation.result());
        end(whole);
        return whole;
    }

    /// Says who speaks.
    void begin() {
        send(Json.object().put("role", "assistant").put("content", ""), null, null);
    }

    /// Sends a part.
    void add(ReplyPart part) {
        switch (part) {
            case ReplyPart.Text text -> send(text);
            case ReplyPart.Reasoning(var text) -> send(Json.object().put("reasoning_content", text), null, null);
            case ReplyPart.ToolCallBegin(int call, var id, var name) -> send(begin(call, id, name), null, null);
            case ReplyPart.ToolArguments(int call, var text) -> send(arguments(call, text), null, null);
        }
    }

    /// Sends why it ended.
    void end(ChatReply whole) {
        send(Json.object(), null, Finish.reason(whole.finish()));
    }

    private void send(ReplyPart.Text text) {
        boolean entries = logprobs && !text.tokens().isEmpty();
        if (entries || !text.text().isEmpty()) {
            send(Json.object().put("content", text.text()), entries ? reader.next(text.tokens()) : null, null);
        }
    }

    private static ObjectNode begin(int index, String id, String name) {
        var delta = Json.object();
        var call = delta.putArray("tool_calls").addObject();
        call.put("index", index).put("id", id).put("type", "function");
        call.putObject("function").put("name", name).put("arguments", "");
        return delta;
    }

    private static ObjectNode arguments(int index, String text) {
        var delta = Json.object();
        var call = delta.putArray("tool_calls").addObject().put("index", index);
        call.putObject("function").put("arguments", text);
        return delta;
    }

    private void send(ObjectNode delta, @Nullable ChatLogprobs entries, @Nullable String finish) {
        reply.event(null, json.chunk(index, delta, entries, finish));
    }
}
