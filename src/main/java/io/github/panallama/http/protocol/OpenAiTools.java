package io.github.panallama.http.protocol;

import io.github.panallama.chat.Tool;
import io.github.panallama.chat.ToolChoice;
import io.github.panallama.chat.Tools;
import io.github.panallama.http.wire.Json;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Reads tools as OpenAI spells them.
final class OpenAiTools {
    private OpenAiTools() {}

    static Tools read(Fields fields) {
        var list = fields.objects("tools").orElse(List.of()).stream()
                .map(OpenAiTools::tool)
                .toList();
        return new Tools(list, choice(fields), fields.flag("parallel_tool_calls", true));
    }

    private static Tool tool(Fields fields) {
        requireFunction(fields);
        var function = fields.required("function", fields.object("function"));
        return new Tool(
                function.required("name", function.text("name")),
                function.text("description").orElse(""),
                schema(function, "parameters"));
    }

    private static void requireFunction(Fields fields) {
        var type = fields.required("type", fields.text("type"));
        if (!type.equals("function")) {
            throw fields.failure("type", "\"%s\" is not supported: only \"function\" is".formatted(type));
        }
    }

    /// {@return the schema of what a tool takes; one without takes nothing}
    static String schema(Fields fields, String name) {
        return fields.object(name)
                .map(schema -> Json.line(schema.json()))
                .orElse("{\"type\":\"object\",\"properties\":{}}");
    }

    private static ToolChoice choice(Fields fields) {
        var word = fields.value("tool_choice")
                .filter(JsonNode::isString)
                .map(JsonNode::stringValue)
                .orElse("");
        return switch (word) {
            case "auto" -> ToolChoice.AUTO;
            case "none" -> ToolChoice.NONE;
            case "required" -> ToolChoice.REQUIRED;
            case "" -> fields.object("tool_choice").map(OpenAiTools::named).orElse(ToolChoice.AUTO);
            default ->
                throw fields.failure(
                        "tool_choice", "\"%s\" is none of auto, none, required, or a function".formatted(word));
        };
    }

    private static ToolChoice named(Fields fields) {
        requireFunction(fields);
        var function = fields.required("function", fields.object("function"));
        return new ToolChoice.Named(function.required("name", function.text("name")));
    }
}
