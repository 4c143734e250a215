package io.github.panallama.http.wire;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Records as JSON: components in their order, named in snake case, absent values as null.
public final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .build();

    private static final JsonMapper INDENTED =
            MAPPER.rebuild().enable(SerializationFeature.INDENT_OUTPUT).build();

    /// OpenAI's stand-in for the logarithm of nothing, which JSON cannot say.
    private static final float NOTHING = -9999;

    private Json() {}

    /// {@return the object's text, on one line}
    ///
    /// @param object a record or a node
    public static String line(Object object) {
        return MAPPER.writeValueAsString(object);
    }

    /// {@return the object's text for a person to read, without an end of line}
    ///
    /// @param object a record or a node
    public static String write(Object object) {
        return INDENTED.writeValueAsString(object);
    }

    /// {@return the object's text in UTF-8}
    ///
    /// @param object a record or a node
    public static byte[] bytes(Object object) {
        return MAPPER.writeValueAsBytes(object);
    }

    /// {@return an object to be filled}
    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /// {@return a value as part of an object}
    ///
    /// @param value a record, a list, a map, or null
    public static JsonNode tree(@Nullable Object value) {
        return MAPPER.valueToTree(value);
    }

    /// {@return a log-probability that JSON can hold}
    ///
    /// @param value maybe negative infinity
    public static float logprob(float value) {
        return Float.isFinite(value) ? value : NOTHING;
    }

    /// {@return a sum of log-probabilities that JSON can hold}
    ///
    /// @param value maybe negative infinity
    public static double sum(double value) {
        return Double.isFinite(value) ? value : NOTHING;
    }
}
