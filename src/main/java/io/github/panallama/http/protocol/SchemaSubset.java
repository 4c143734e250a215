package io.github.panallama.http.protocol;

import static java.util.Map.entry;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Refuses JSON schemas that say more than a grammar made of them enforces: the converter passes over what it does not
/// know, and an answer that ignores a rule must not pass for one that follows it.
final class SchemaSubset {
    private static final Set<String> ANNOTATIONS = Set.of(
            "$schema",
            "$id",
            "$comment",
            "$defs",
            "definitions",
            "title",
            "description",
            "default",
            "examples",
            "deprecated",
            "readOnly",
            "writeOnly",
            "discriminator");

    private static final Set<String> FORMATS =
            Set.of("date", "time", "date-time", "uuid", "uuid1", "uuid2", "uuid3", "uuid4", "uuid5");

    /// What each type enforces. Bounds of fractions it does not.
    private static final Map<String, Set<String>> KEYWORDS = Map.ofEntries(
            entry("object", Set.of("properties", "required", "additionalProperties")),
            entry("array", Set.of("items", "prefixItems", "minItems", "maxItems")),
            entry("string", Set.of("pattern", "format", "minLength", "maxLength")),
            entry("integer", Set.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")),
            entry("number", Set.of()),
            entry("boolean", Set.of()),
            entry("null", Set.of()));

    /// What says of a schema without a type which one it has.
    private static final Map<String, Set<String>> TELLING = Map.of(
            "object", Set.of("properties", "additionalProperties"),
            "array", Set.of("items", "prefixItems"),
            "string", KEYWORDS.getOrDefault("string", Set.of()));

    /// Keywords beside which the converter looks at no other, in the order in which it looks for them.
    private static final List<String> ALONE = List.of("$ref", "oneOf", "anyOf");

    private SchemaSubset() {}

    /// Checks a schema and all in it.
    ///
    /// @throws io.github.panallama.http.server.HttpFailure with status 400 that names the keyword
    static void check(Fields schema) {
        for (var definitions : List.of("$defs", "definitions")) {
            schema.object(definitions).ifPresent(SchemaSubset::checkEach);
        }
        for (var keyword : ALONE) {
            if (schema.has(keyword)) {
                allow(schema, keyword, Set.of(keyword));
                schema.value(keyword)
                        .filter(JsonNode::isArray)
                        .ifPresent(_ -> schema.objects(keyword).orElseThrow().forEach(SchemaSubset::check));
                return;
            }
        }
        for (var keyword : List.of("const", "enum")) {
            if (schema.has(keyword)) {
                allow(schema, keyword, Set.of(keyword, "type"));
                return;
            }
        }
        if (schema.has("allOf")) {
            checkAllOf(schema);
            return;
        }
        checkTyped(schema, types(schema));
    }

    private static void checkEach(Fields schemas) {
        schemas.json().propertyNames().forEach(name -> schemas.object(name).ifPresent(SchemaSubset::check));
    }

    private static void allow(Fields schema, String beside, Set<String> allowed) {
        for (var keyword : schema.json().propertyNames()) {
            if (!allowed.contains(keyword) && !ANNOTATIONS.contains(keyword)) {
                throw schema.failure(keyword, "is not enforced beside %s".formatted(beside));
            }
        }
    }

    /// One schema, or objects whose properties are put together.
    private static void checkAllOf(Fields schema) {
        allow(schema, "allOf", Set.of("allOf", "type"));
        var parts = schema.objects("allOf").orElseThrow();
        for (var part : parts) {
            check(part);
            if (!part.has("$ref") && !part.has("properties")) {
                throw part.failure("properties", "is missing: of the parts of allOf only objects are put together");
            }
            if (part.has("additionalProperties")) {
                throw part.failure("additionalProperties", "is not enforced in allOf");
            }
        }
    }

    private static Set<String> types(Fields schema) {
        var named = schema.value("type");
        var types = new HashSet<String>();
        named.ifPresent(node -> {
            if (node.isArray()) {
                node.forEach(type -> types.add(type.asString("")));
            } else {
                types.add(node.asString(""));
            }
        });
        if (named.isEmpty()) {
            TELLING.forEach((type, keywords) -> {
                if (keywords.stream().anyMatch(schema::has)) {
                    types.add(type);
                }
            });
        }
        if (named.isEmpty() && types.size() > 1) {
            throw schema.failure("type", "is needed: the keywords are those of %s".formatted(types));
        }
        return types;
    }

    private static void checkTyped(Fields schema, Set<String> types) {
        for (var keyword : schema.json().propertyNames()) {
            boolean known = keyword.equals("type")
                    || ANNOTATIONS.contains(keyword)
                    || types.stream().anyMatch(type -> KEYWORDS.getOrDefault(type, Set.of())
                            .contains(keyword));
            if (!known) {
                throw schema.failure(keyword, "is not supported");
            }
        }
        if (types.contains("number")) {
            KEYWORDS.getOrDefault("integer", Set.of()).stream()
                    .filter(schema::has)
                    .forEach(bound -> {
                        throw schema.failure(bound, "is not supported for numbers that may have a fraction");
                    });
        }
        schema.object("properties").ifPresent(SchemaSubset::checkEach);
        schema.value("required").ifPresent(names -> checkRequired(schema, names));
        for (var keyword : List.of("items", "additionalProperties")) {
            schema.value(keyword)
                    .filter(JsonNode::isObject)
                    .flatMap(_ -> schema.object(keyword))
                    .ifPresent(SchemaSubset::check);
        }
        for (var keyword : List.of("items", "prefixItems")) {
            if (schema.value(keyword).filter(JsonNode::isArray).isPresent()) {
                schema.objects(keyword).orElseThrow().forEach(SchemaSubset::check);
                allow(schema, keyword, Set.of("type", keyword));
            }
        }
        schema.text("format").filter(format -> !FORMATS.contains(format)).ifPresent(format -> {
            throw schema.failure("format", "\"%s\" is not supported: %s are".formatted(format, FORMATS));
        });
        for (var keyword : List.of("pattern", "format")) {
            if (schema.has(keyword)) {
                allow(schema, keyword, Set.of("type", keyword));
            }
        }
    }

    private static void checkRequired(Fields schema, JsonNode names) {
        var properties = schema.object("properties");
        for (var name : names) {
            if (properties.filter(p -> p.json().has(name.asString(""))).isEmpty()) {
                throw schema.failure("required", "%s is not among the properties".formatted(name));
            }
        }
    }
}
