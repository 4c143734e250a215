package io.github.panallama.engine;

import io.github.panallama.chat.ChatOptions;
import io.github.panallama.chat.Message;
import io.github.panallama.chat.Tool;
import io.github.panallama.chat.ToolChoice;
import io.github.panallama.sampling.Grammar;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A chat as the shim reads it: in the shape of OpenAI's requests.
final class ChatRequest {
    private static final JsonMapper JSON = JsonMapper.shared();

    private ChatRequest() {}

    static ObjectNode of(List<Message> messages, ChatOptions options) {
        var request = JSON.createObjectNode();
        var turns = request.putArray("messages");
        messages.forEach(message -> add(turns, message));
        request.put("continue_final_message", isContinued(messages));
        request.put("enable_thinking", options.thinking());
        var kwargs = request.putObject("kwargs");
        options.templateArguments()
                .forEach((name, value) -> kwargs.set(name, json("the template argument " + name, value)));
        addTools(request, options);
        options.completion().grammar().ifPresent(grammar -> addGrammar(request, grammar));
        return request;
    }

    /// Whether the reply goes on with a turn that the model has begun.
    static boolean isContinued(List<Message> messages) {
        var last = messages.getLast();
        return last.role() == Message.Role.ASSISTANT && last.toolCalls().isEmpty();
    }

    private static void add(ArrayNode turns, Message message) {
        var turn = turns.addObject()
                .put("role", message.role().name().toLowerCase(Locale.ROOT))
                .put("content", wellFormed(message.content()));
        if (!message.reasoning().isEmpty()) {
            turn.put("reasoning_content", wellFormed(message.reasoning()));
        }
        message.toolCallId().ifPresent(id -> turn.put("tool_call_id", wellFormed(id)));
        if (!message.toolCalls().isEmpty()) {
            var calls = turn.putArray("tool_calls");
            for (var call : message.toolCalls()) {
                calls.addObject()
                        .put("id", wellFormed(call.id()))
                        .put("type", "function")
                        .putObject("function")
                        .put("name", wellFormed(call.name()))
                        .put("arguments", wellFormed(call.arguments()));
            }
        }
    }

    private static void addTools(ObjectNode request, ChatOptions options) {
        var tools = options.tools();
        if (tools.list().isEmpty()) {
            return;
        }
        var offered = tools.choice() instanceof ToolChoice.Named(var name)
                ? tools.list().stream().filter(tool -> tool.name().equals(name)).toList()
                : tools.list();
        var array = request.putArray("tools");
        for (var tool : offered) {
            array.addObject().put("type", "function").set("function", function(tool));
        }
        request.put(
                "tool_choice",
                switch (tools.choice()) {
                    case ToolChoice.Auto() -> "auto";
                    case ToolChoice.None() -> "none";
                    case ToolChoice.Required(), ToolChoice.Named _ -> "required";
                });
        request.put("parallel_tool_calls", tools.parallel());
    }

    private static ObjectNode function(Tool tool) {
        var function =
                JSON.createObjectNode().put("name", tool.name()).put("description", wellFormed(tool.description()));
        function.set("parameters", json("the parameters of the tool " + tool.name(), tool.parameters()));
        return function;
    }

    /// The template's own marks may have to stand around what the grammar describes, so it takes part there.
    private static void addGrammar(ObjectNode request, Grammar grammar) {
        switch (grammar) {
            case Grammar.JsonSchema(var schema) -> request.put("json_schema", schema);
            case Grammar.Gbnf(var text, var root) when root.equals("root") -> request.put("grammar", text);
            case Grammar.Gbnf _, Grammar.Lazy _, Grammar.Begun _ -> {} // acts on the raw reply
        }
    }

    private static JsonNode json(String what, String text) {
        try {
            return JSON.readTree(text);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(what + " is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    /// Half a surrogate pair is no text: it becomes a question mark, as in a prompt that is encoded as UTF-8.
    private static String wellFormed(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
