package io.github.panallama.http.protocol;

import io.github.panallama.chat.Tool;
import io.github.panallama.chat.ToolChoice;
import io.github.panallama.chat.Tools;
import java.util.List;

/// Reads tools as Anthropic spells them.
final class AnthropicTools {
    private AnthropicTools() {}

    static Tools read(Fields fields) {
        var list = fields.objects("tools").orElse(List.of()).stream()
                .map(AnthropicTools::tool)
                .toList();
        var choice = fields.object("tool_choice");
        boolean single =
                choice.map(c -> c.flag("disable_parallel_tool_use", false)).orElse(false);
        return new Tools(list, choice.map(AnthropicTools::choice).orElse(ToolChoice.AUTO), !single);
    }

    private static Tool tool(Fields fields) {
        var type = fields.text("type").orElse("custom");
        if (!type.equals("custom")) {
            throw fields.failure("type", "\"%s\" is not supported: tools are the caller's own".formatted(type));
        }
        return new Tool(
                fields.required("name", fields.text("name")),
                fields.text("description").orElse(""),
                OpenAiTools.schema(fields, "input_schema"));
    }

    private static ToolChoice choice(Fields fields) {
        var type = fields.required("type", fields.text("type"));
        return switch (type) {
            case "auto" -> ToolChoice.AUTO;
            case "any" -> ToolChoice.REQUIRED;
            case "none" -> ToolChoice.NONE;
            case "tool" -> new ToolChoice.Named(fields.required("name", fields.text("name")));
            default -> throw fields.failure("type", "\"%s\" is none of auto, any, tool, none".formatted(type));
        };
    }
}
