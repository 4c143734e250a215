package io.github.panallama.cli;

import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Records as JSON: components in their order, named in snake case, absent values as null.
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    /// OpenAI's stand-in for the logarithm of nothing, which JSON cannot say.
    private static final float NOTHING = -9999;

    private Json() {}

    /// {@return the object's text, without an end of line}
    static String write(Object object) {
        return MAPPER.writeValueAsString(object);
    }

    /// {@return a log-probability that JSON can hold}
    static float logprob(float value) {
        return Float.isFinite(value) ? value : NOTHING;
    }

    /// {@return a sum of log-probabilities that JSON can hold}
    static double sum(double value) {
        return Double.isFinite(value) ? value : NOTHING;
    }
}
