package io.github.panallama.sampling;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/// One form of complaint for every range. NaN is in none.
final class Checks {
    /// The engine's bound where a larger number could overflow.
    static final float LARGE = 1e30f;

    private Checks() {}

    static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }

    static void require(boolean condition, String what, Number value, String range) {
        if (!condition) {
            throw new IllegalArgumentException("%s is %s, must be %s".formatted(what, value, range));
        }
    }

    static void temperature(float temperature) {
        require(
                temperature >= 0 && Float.isFinite(temperature),
                "temperature",
                temperature,
                "0 or more (0 = greedy, 1 = neutral)");
    }

    static void topK(int k) {
        require(k >= 0, "top_k", k, "0 or more (0 = off)");
    }

    static void topP(float p) {
        require(p >= 0 && p <= 1, "top_p", p, "within 0..1 (1 = off)");
    }

    static void minP(float p) {
        require(p >= 0 && p <= 1, "min_p", p, "within 0..1 (0 = off)");
    }

    static void typicalP(float p) {
        require(p >= 0 && p <= 1, "typical_p", p, "within 0..1 (1 = off)");
    }

    static void repeat(float penalty, int lastN) {
        require(penalty > 0 && Float.isFinite(penalty), "repeat penalty", penalty, "above 0 and finite (1 = off)");
        require(lastN >= 0, "repeat window (lastN)", lastN, "0 or more (0 = off)");
    }

    static void occurrence(float frequency, float presence) {
        require(Float.isFinite(frequency), "frequency penalty", frequency, "finite (0 = off)");
        require(Float.isFinite(presence), "presence penalty", presence, "finite (0 = off)");
    }

    /// {@return an unmodifiable copy, in the order of ids: equal maps give equal chains}
    static Map<Integer, Float> biases(Map<Integer, Float> biases) {
        biases.forEach((id, bias) -> {
            require(id >= 0, "logit bias: token id", id, "0 or more");
            require(
                    Math.abs(bias) <= 100 || bias == Float.NEGATIVE_INFINITY,
                    "logit bias of token " + id,
                    bias,
                    "within -100..100, or negative infinity to forbid the token");
        });
        return Collections.unmodifiableSortedMap(new TreeMap<>(biases));
    }
}
