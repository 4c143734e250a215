package io.github.panallama.engine;

import io.github.panallama.sampling.Grammar;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// A chat as the model's template renders it.
///
/// @param parts the prompt; what came from a message is never special
/// @param grammar what the raw reply must conform to, if anything
/// @param spoken texts of control tokens that belong to the reply
/// @param ends texts that end the turn
/// @param parser tells [ReplyParser] how to take the reply apart
record RenderedChat(
        List<Vocabulary.Part> parts, Optional<Grammar> grammar, List<String> spoken, List<String> ends, String parser) {

    /// {@return what a tool call begins with, where the template marks that}
    List<String> marks() {
        if (grammar.orElse(null) instanceof Grammar.Lazy lazy) {
            return lazy.triggers().stream()
                    .filter(trigger -> trigger.kind() == Grammar.Trigger.Kind.WORD)
                    .map(Grammar.Trigger::value)
                    .toList();
        }
        return List.of();
    }

    static RenderedChat read(JsonNode json) {
        var parts = new ArrayList<Vocabulary.Part>();
        for (var part : json.get("parts")) {
            parts.add(new Vocabulary.Part(
                    part.get("text").asString(), part.get("special").asBoolean()));
        }
        return new RenderedChat(
                parts,
                grammar(json),
                texts(json.get("preserved_tokens")),
                texts(json.get("stops")),
                json.get("parser").toString());
    }

    private static Optional<Grammar> grammar(JsonNode json) {
        var text = json.get("grammar").asString();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        var grammar = new Grammar.Gbnf(text, "root");
        var begun = json.get("grammar_begun").asString();
        if (json.get("grammar_lazy").asBoolean()) {
            return Optional.of(new Grammar.Lazy(grammar, triggers(json)));
        }
        return Optional.of(begun.isEmpty() ? grammar : new Grammar.Begun(grammar, begun));
    }

    private static List<Grammar.Trigger> triggers(JsonNode json) {
        var triggers = new ArrayList<Grammar.Trigger>();
        for (var trigger : json.get("triggers")) {
            var kind =
                    Grammar.Trigger.Kind.valueOf(trigger.get("type").asString().toUpperCase(Locale.ROOT));
            triggers.add(new Grammar.Trigger(kind, trigger.get("value").asString()));
        }
        return triggers;
    }

    private static List<String> texts(JsonNode array) {
        var texts = new ArrayList<String>();
        array.forEach(text -> texts.add(text.asString()));
        return texts;
    }
}
