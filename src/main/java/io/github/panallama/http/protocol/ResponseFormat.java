package io.github.panallama.http.protocol;

import io.github.panallama.http.wire.Json;
import io.github.panallama.sampling.Grammar;
import java.util.Optional;

/// Reads the form that an answer must have.
final class ResponseFormat {
    private static final String NAME = "response_format";

    private ResponseFormat() {}

    /// {@return the grammar of the form; empty = any text}
    static Optional<Grammar> read(Fields fields) {
        var grammar = fields.text("grammar").map(Grammar::gbnf);
        var format = fields.object(NAME).flatMap(ResponseFormat::format);
        if (grammar.isPresent() && format.isPresent()) {
            throw fields.failure(NAME, "cannot be combined with grammar: give one of them");
        }
        return grammar.or(() -> format);
    }

    private static Optional<Grammar> format(Fields fields) {
        var type = fields.required("type", fields.text("type"));
        return switch (type) {
            case "text" -> Optional.empty();
            case "json_object" -> Optional.of(Grammar.jsonSchema("{\"type\":\"object\"}"));
            case "json_schema" -> Optional.of(schema(fields));
            default -> throw fields.failure("type", "\"%s\" is none of text, json_object, json_schema".formatted(type));
        };
    }

    private static Grammar schema(Fields fields) {
        var named = fields.required("json_schema", fields.object("json_schema"));
        var schema = named.required("schema", named.object("schema"));
        SchemaSubset.check(schema);
        return Grammar.jsonSchema(Json.line(schema.json()));
    }
}
