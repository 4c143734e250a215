package io.github.panallama.http.protocol;

import io.github.panallama.sampling.Penalties;
import io.github.panallama.sampling.Sampling;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/// Reads how tokens are chosen. What a request does not say is its protocol's default, never the engine's.
final class SamplingFields {
    private static final long RANDOM_SEED = 0xFFFF_FFFFL; // as -1: a fresh one

    private SamplingFields() {}

    /// {@return what a request asks for}
    ///
    /// @param otherwise what holds where it does not say
    /// @param maxTemperature the highest that its protocol knows
    static Sampling read(Fields fields, Sampling otherwise, double maxTemperature) {
        return new Sampling(
                fields.number("temperature", 0, maxTemperature, otherwise.temperature()),
                fields.count("top_k").orElse(otherwise.topK()),
                fields.number("top_p", 0, 1, otherwise.topP()),
                fields.number("min_p", 0, 1, otherwise.minP()),
                fields.number("typical_p", 0, 1, otherwise.typicalP()),
                penalties(fields),
                biases(fields),
                seed(fields),
                otherwise.stages());
    }

    /// Frequency and presence look at what was generated, the repeat penalty at the prompt, too: at all of both.
    private static Penalties penalties(Fields fields) {
        return new Penalties(
                repeat(fields),
                Integer.MAX_VALUE,
                true,
                fields.number("frequency_penalty", -2, 2, 0),
                fields.number("presence_penalty", -2, 2, 0));
    }

    private static float repeat(Fields fields) {
        var name = fields.has("repeat_penalty") ? "repeat_penalty" : "repetition_penalty";
        float penalty = fields.number(name, 0, Float.MAX_VALUE, 1);
        if (penalty == 0) {
            throw fields.failure(name, "must be above 0");
        }
        return penalty;
    }

    private static Map<Integer, Float> biases(Fields fields) {
        var biases = new HashMap<Integer, Float>();
        fields.object("logit_bias")
                .ifPresent(object -> object.json().propertyNames().forEach(name -> {
                    if (!name.matches("[0-9]{1,9}")) {
                        throw object.failure(name, "is no id of a token");
                    }
                    biases.put(Integer.parseInt(name), object.element(name, -100, 100));
                }));
        return biases;
    }

    private static OptionalLong seed(Fields fields) {
        return fields.integer("seed", -1, RANDOM_SEED);
    }
}
