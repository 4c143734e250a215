package io.github.panallama.http.protocol;

import io.github.panallama.chat.Message;
import io.github.panallama.chat.ToolCall;
import io.github.panallama.http.wire.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads a chat as Anthropic spells it: turns of content blocks. Turns of one role that follow each other are one; a
/// user's turn comes apart into what the user says and the results of tools.
final class AnthropicMessages {
    private static final String NAME = "messages";

    /// What an id of a tool call begins with on Anthropic's wire, and only there.
    static final String TOOL_PREFIX = "toolu_";

    private final List<Message> messages = new ArrayList<>();
    private final List<String> texts = new ArrayList<>(); // of the turn
    private final List<String> thoughts = new ArrayList<>();
    private final List<ToolCall> calls = new ArrayList<>();
    private String role = "";

    private AnthropicMessages() {}

    /// {@return at least one message; the system's instructions first, if there are any}
    static List<Message> read(Fields fields) {
        var reader = new AnthropicMessages();
        system(fields).map(Message::system).ifPresent(reader.messages::add);
        var turns = fields.required(NAME, fields.objects(NAME));
        if (turns.isEmpty()) {
            throw fields.failure(NAME, "is an empty array: at least one message is required");
        }
        turns.forEach(reader::turn);
        reader.flush();
        return reader.messages;
    }

    private static Optional<String> system(Fields fields) {
        if (fields.value("system").filter(node -> !node.isString()).isEmpty()) {
            return fields.text("system");
        }
        var text = new StringBuilder();
        for (var block : fields.objects("system").orElse(List.of())) {
            var type = block.required("type", block.text("type"));
            if (!type.equals("text")) {
                throw TextParts.unsupported(block, type);
            }
            text.append(block.required("text", block.text("text")));
        }
        return Optional.of(text.toString()).filter(all -> !all.isEmpty());
    }

    private void turn(Fields fields) {
        var speaker = fields.required("role", fields.text("role"));
        if (!speaker.equals("user") && !speaker.equals("assistant")) {
            throw fields.failure("role", "\"%s\" is neither user nor assistant".formatted(speaker));
        }
        if (!speaker.equals(role)) {
            flush();
            role = speaker;
        }
        var content = fields.required("content", fields.value("content"));
        if (content.isString()) {
            texts.add(content.stringValue());
            return;
        }
        var blocks = fields.objects("content").orElse(List.of());
        if (blocks.isEmpty()) {
            throw fields.failure("content", "is empty");
        }
        blocks.forEach(this::block);
    }

    private void block(Fields block) {
        var type = block.required("type", block.text("type"));
        boolean assistant = role.equals("assistant");
        switch (type) {
            case "text" -> texts.add(block.required("text", block.text("text")));
            case "thinking" -> thoughts.add(block.required("thinking", block.text("thinking")));
            case "redacted_thinking" -> {} // of another model: nothing can be read from it
            case "tool_use" -> calls.add(call(block));
            case "tool_result" -> result(block);
            default -> throw TextParts.unsupported(block, type);
        }
        boolean fits =
                switch (type) {
                    case "text" -> true;
                    case "tool_result" -> !assistant;
                    default -> assistant;
                };
        if (!fits) {
            throw block.failure("type", "\"%s\" does not belong in a turn of the %s".formatted(type, role));
        }
    }

    private static ToolCall call(Fields block) {
        return new ToolCall(
                id(block.required("id", block.text("id"))),
                block.required("name", block.text("name")),
                Json.line(block.required("input", block.object("input")).json()));
    }

    private void result(Fields block) {
        var id = id(block.required("tool_use_id", block.text("tool_use_id")));
        flush();
        messages.add(Message.tool(id, TextParts.read(block, "content").orElse("")));
    }

    private static String id(String wire) {
        return wire.startsWith(TOOL_PREFIX) ? wire.substring(TOOL_PREFIX.length()) : wire;
    }

    private void flush() {
        if (!texts.isEmpty() || !thoughts.isEmpty() || !calls.isEmpty()) {
            var text = String.join(TextParts.SEPARATOR, texts);
            messages.add(
                    role.equals("user")
                            ? Message.user(text)
                            : new Message(
                                    Message.Role.ASSISTANT,
                                    text,
                                    String.join(TextParts.SEPARATOR, thoughts),
                                    calls,
                                    Optional.empty()));
        }
        texts.clear();
        thoughts.clear();
        calls.clear();
    }
}
