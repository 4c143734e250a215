package io.github.panallama.http.protocol;

import io.github.panallama.ChatGeneration;
import io.github.panallama.chat.ChatReply;
import io.github.panallama.chat.ReplyPart;
import io.github.panallama.completion.Usage;
import io.github.panallama.http.wire.Finish;
import io.github.panallama.http.wire.Json;
import tools.jackson.databind.node.ObjectNode;

/// The events of Anthropic's message: its start, then block by block, then how it ended.
final class MessageEvents {
    /// What kind of block is open.
    private enum Block {
        NONE,
        THINKING,
        TEXT,
        TOOL
    }

    private final MessageJson json;
    private final Reply reply;
    private Block open = Block.NONE;
    private int index = -1; // of the open block, or of the last one
    private boolean spoken; // there was a block of text, or one of a tool

    MessageEvents(MessageJson json, Reply reply) {
        this.json = json;
        this.reply = reply;
    }

    /// Sends all of a generation.
    ///
    /// @return the whole reply
    ChatReply send(ChatGeneration generation) {
        begin(generation.limits().promptTokens());
        generation.forEach(this::add);
        var whole = Reply.whole(generation.result());
        end(whole);
        return whole;
    }

    /// Sends what there is before the model has said anything.
    void begin(int promptTokens) {
        reply.event("message_start", event("message_start").set("message", json.begin(new Usage(promptTokens, 0))));
        reply.event("ping", event("ping"));
    }

    /// Sends a part.
    void add(ReplyPart part) {
        switch (part) {
            case ReplyPart.Reasoning(var text) -> {
                if (json.thinking() && !text.isEmpty()) {
                    continueBlock(Block.THINKING, MessageJson.thinkingBlock(""));
                    sendDelta(delta("thinking_delta").put("thinking", text));
                }
            }
            case ReplyPart.Text said -> {
                if (!said.text().isEmpty()) {
                    continueBlock(Block.TEXT, MessageJson.textBlock(""));
                    sendDelta(delta("text_delta").put("text", said.text()));
                }
            }
            case ReplyPart.ToolCallBegin call ->
                beginBlock(Block.TOOL, MessageJson.toolBlock(call.id(), call.name(), Json.object()));
            case ReplyPart.ToolArguments more ->
                sendDelta(delta("input_json_delta").put("partial_json", more.text()));
        }
    }

    /// Sends how it ended. A message that says nothing has one empty block of text.
    void end(ChatReply whole) {
        if (!spoken) {
            beginBlock(Block.TEXT, MessageJson.textBlock(""));
        }
        endBlock();
        reply.event("message_delta", delta(whole));
        reply.event("message_stop", event("message_stop"));
    }

    private static ObjectNode event(String type) {
        return Json.object().put("type", type);
    }

    private static ObjectNode delta(String type) {
        return Json.object().put("type", type);
    }

    private void continueBlock(Block block, ObjectNode content) {
        if (open != block) {
            beginBlock(block, content);
        }
    }

    private void beginBlock(Block block, ObjectNode content) {
        endBlock();
        open = block;
        index++;
        spoken |= block != Block.THINKING;
        var start = event("content_block_start").put("index", index);
        reply.event("content_block_start", start.set("content_block", content));
    }

    private void sendDelta(ObjectNode delta) {
        var event = event("content_block_delta").put("index", index);
        reply.event("content_block_delta", event.set("delta", delta));
    }

    /// A thought ends with a signature, which clients send back with it; ours needs none.
    private void endBlock() {
        if (open == Block.NONE) {
            return;
        }
        if (open == Block.THINKING) {
            sendDelta(delta("signature_delta").put("signature", ""));
        }
        reply.event("content_block_stop", event("content_block_stop").put("index", index));
        open = Block.NONE;
    }

    private ObjectNode delta(ChatReply whole) {
        var event = event("message_delta");
        event.putObject("delta")
                .put("stop_reason", json.stopReason(whole))
                .put("stop_sequence", Finish.stopSequence(whole.finish()));
        event.putObject("usage").put("output_tokens", whole.usage().completionTokens());
        return event;
    }
}
