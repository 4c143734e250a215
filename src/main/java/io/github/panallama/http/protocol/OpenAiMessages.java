package io.github.panallama.http.protocol;

import io.github.panallama.chat.Message;
import io.github.panallama.chat.ToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads a chat as OpenAI spells it.
final class OpenAiMessages {
    private static final String NAME = "messages";

    private OpenAiMessages() {}

    /// {@return at least one message}
    static List<Message> read(Fields fields) {
        var objects = fields.required(NAME, fields.objects(NAME));
        if (objects.isEmpty()) {
            throw fields.failure(NAME, "is an empty array: a chat needs at least one message");
        }
        return objects.stream().map(OpenAiMessages::message).toList();
    }

    private static Message message(Fields fields) {
        var role = fields.required("role", fields.text("role"));
        return switch (role) {
            case "system" -> Message.system(content(fields));
            case "developer" -> Message.developer(content(fields));
            case "user" -> Message.user(content(fields));
            case "assistant" -> assistant(fields);
            case "tool" -> Message.tool(fields.required("tool_call_id", fields.text("tool_call_id")), content(fields));
            default ->
                throw fields.failure(
                        "role", "\"%s\" is none of developer, system, user, assistant, tool".formatted(role));
        };
    }

    private static String content(Fields fields) {
        return fields.required("content", TextParts.read(fields, "content"));
    }

    private static Message assistant(Fields fields) {
        var calls = new ArrayList<ToolCall>();
        for (var call : fields.objects("tool_calls").orElse(List.of())) {
            calls.add(call(call));
        }
        return new Message(
                Message.Role.ASSISTANT,
                calls.isEmpty()
                        ? content(fields)
                        : TextParts.read(fields, "content").orElse(""),
                fields.text("reasoning_content").orElse(""),
                calls,
                Optional.empty());
    }

    private static ToolCall call(Fields fields) {
        var function = fields.required("function", fields.object("function"));
        return new ToolCall(
                fields.required("id", fields.text("id")),
                function.required("name", function.text("name")),
                function.required("arguments", function.text("arguments")));
    }
}
