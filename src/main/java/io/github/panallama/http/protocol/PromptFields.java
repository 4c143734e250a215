package io.github.panallama.http.protocol;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Reads prompts: a text, texts, token ids, or lists of token ids.
final class PromptFields {
    private static final String NAME = "prompt";

    private PromptFields() {}

    /// {@return at least one prompt}
    static List<Prompt> read(Fields fields) {
        var node = fields.required(NAME, fields.value(NAME));
        if (node.isString()) {
            return List.of(new Prompt.Text(node.stringValue()));
        }
        var elements = fields.array(NAME).orElseThrow();
        if (elements.isEmpty()) {
            throw fields.failure(NAME, "is an empty array");
        }
        if (elements.getFirst().isNumber()) {
            return List.of(ids(fields, node));
        }
        var prompts = new ArrayList<Prompt>();
        for (var element : elements) {
            prompts.add(element.isString() ? new Prompt.Text(element.stringValue()) : ids(fields, element));
        }
        return prompts;
    }

    private static Prompt ids(Fields fields, JsonNode node) {
        if (!node.isArray() || node.isEmpty()) {
            throw fields.failure(NAME, "must be a string, strings, token ids, or lists of token ids");
        }
        return new Prompt.Ids(node.valueStream()
                .mapToInt(id -> {
                    if (!id.isInt() || id.intValue() < 0) {
                        throw fields.failure(NAME, "has %s among token ids".formatted(id));
                    }
                    return id.intValue();
                })
                .toArray());
    }
}
