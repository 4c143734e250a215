package io.github.panallama.sampling;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/// How the next token is chosen from the model's distribution.
///
/// The steps and their order are [#chain()]. Log-probabilities are never touched by any of this: they are the model's
/// own.
///
/// @param temperature divides the logits before the draw, 0 or more; 0 = always the likeliest token, 1 = neutral
/// @param topK keeps the k likeliest tokens, 0 or more; 0 = off
/// @param topP keeps the smallest set with this probability mass, 0..1; 1 = off
/// @param minP keeps tokens at least this many times as likely as the likeliest, 0..1; 0 = off
/// @param typicalP keeps tokens of typical surprise up to this mass, 0..1; 1 = off
/// @param penalties against repetition
/// @param logitBias added to logits, by token id, -100..100 or negative infinity (never that token)
/// @param seed of the draw, 0..4294967294; empty = fresh entropy per request. The completion reports the seed used
public record Sampling(
        float temperature,
        int topK,
        float topP,
        float minP,
        float typicalP,
        Penalties penalties,
        Map<Integer, Float> logitBias,
        OptionalLong seed) {

    /// llama.cpp's word for a seed that is to be drawn afresh.
    private static final long RANDOM_SEED = 0xFFFF_FFFFL;

    /// Below this a logit divided by the temperature may overflow; long before, only the likeliest token is left.
    private static final float COLD = 1e-30f;

    /// As llama-cpp-python 0.3: temperature 0.8, top_k 40, top_p 0.95, min_p 0.05.
    public static final Sampling DEFAULT =
            new Sampling(0.8f, 40, 0.95f, 0.05f, 1, Penalties.NONE, Map.of(), OptionalLong.empty());

    /// The model's distribution as it is: temperature 1, every filter, penalty and bias off.
    public static final Sampling NEUTRAL = new Sampling(1, 0, 1, 0, 1, Penalties.NONE, Map.of(), OptionalLong.empty());

    /// Always the likeliest token.
    public static final Sampling GREEDY = NEUTRAL.withTemperature(0);

    /// As llama-cpp-python before 0.2.83: [#DEFAULT] with a repeat penalty of 1.1 over 64 tokens, the prompt included.
    public static final Sampling LLAMA_CPP_PYTHON_0_2 =
            DEFAULT.withPenalties(Penalties.NONE.withRepeat(1.1f).withPrompt(true));

    /// Checks the ranges and copies the map; a seed of -1 or 4294967295 becomes empty.
    public Sampling {
        Checks.require(
                temperature >= 0 && Float.isFinite(temperature), "temperature", temperature, "0 or more (0 = greedy)");
        Checks.require(topK >= 0, "top_k", topK, "0 or more (0 = off)");
        Checks.require(topP >= 0 && topP <= 1, "top_p", topP, "within 0..1 (1 = off)");
        Checks.require(minP >= 0 && minP <= 1, "min_p", minP, "within 0..1 (0 = off)");
        Checks.require(typicalP >= 0 && typicalP <= 1, "typical_p", typicalP, "within 0..1 (1 = off)");
        logitBias.forEach((id, bias) -> {
            Checks.require(id >= 0, "logit bias: token id", id, "0 or more");
            Checks.require(
                    Math.abs(bias) <= 100 || bias == Float.NEGATIVE_INFINITY,
                    "logit bias of token " + id,
                    bias,
                    "within -100..100, or negative infinity to forbid the token");
        });
        logitBias = Collections.unmodifiableSortedMap(new TreeMap<>(logitBias)); // ordered: one chain for equal values
        if (seed.isPresent() && (seed.getAsLong() == -1 || seed.getAsLong() == RANDOM_SEED)) {
            seed = OptionalLong.empty();
        }
        if (seed.isPresent()) {
            long value = seed.getAsLong();
            Checks.require(value >= 0 && value < RANDOM_SEED, "seed", value, "within 0..4294967294 (-1 = fresh)");
        }
    }

    /// {@return the sampler chain: what is off is absent}
    ///
    /// The order is: bias, repeat penalty, frequency and presence penalty, then at temperature 0 the likeliest
    /// token, else
    /// top_k, typical_p, top_p, min_p, temperature, draw.
    public List<Stage> chain() {
        var chain = new ArrayList<Stage>();
        if (!logitBias.isEmpty()) {
            chain.add(new Stage.Bias(logitBias));
        }
        if (penalties.repeat() != 1 && penalties.lastN() > 0) {
            chain.add(new Stage.Repeat(penalties.repeat(), penalties.lastN(), penalties.prompt()));
        }
        if (penalties.frequency() != 0 || penalties.presence() != 0) {
            chain.add(new Stage.Occurrence(penalties.frequency(), penalties.presence()));
        }
        if (temperature < COLD) {
            chain.add(new Stage.Greedy());
            return List.copyOf(chain);
        }
        if (topK > 0) {
            chain.add(new Stage.TopK(topK));
        }
        if (typicalP < 1) {
            chain.add(new Stage.TypicalP(typicalP));
        }
        if (topP < 1) {
            chain.add(new Stage.TopP(topP));
        }
        if (minP > 0) {
            chain.add(new Stage.MinP(minP));
        }
        if (temperature != 1) {
            chain.add(new Stage.Temperature(temperature));
        }
        chain.add(new Stage.Draw());
        return List.copyOf(chain);
    }

    /// {@return a copy with another temperature}
    ///
    /// @param temperature see the component
    public Sampling withTemperature(float temperature) {
        return new Sampling(temperature, topK, topP, minP, typicalP, penalties, logitBias, seed);
    }

    /// {@return a copy with another top_k}
    ///
    /// @param topK see the component
    public Sampling withTopK(int topK) {
        return new Sampling(temperature, topK, topP, minP, typicalP, penalties, logitBias, seed);
    }

    /// {@return a copy with another top_p}
    ///
    /// @param topP see the component
    public Sampling withTopP(float topP) {
        return new Sampling(temperature, topK, topP, minP, typicalP, penalties, logitBias, seed);
    }

    /// {@return a copy with another min_p}
    ///
    /// @param minP see the component
    public Sampling withMinP(float minP) {
        return new Sampling(temperature, topK, topP, minP, typicalP, penalties, logitBias, seed);
    }

    /// {@return a copy with another typical_p}
    ///
    /// @param typicalP see the component
    public Sampling withTypicalP(float typicalP) {
        return new Sampling(temperature, topK, topP, minP, typicalP, penalties, logitBias, seed);
    }

    /// {@return a copy with other penalties}
    ///
    /// @param penalties see the component
    public Sampling withPenalties(Penalties penalties) {
        return new Sampling(temperature, topK, topP, minP, typicalP, penalties, logitBias, seed);
    }

    /// {@return a copy with other biases}
    ///
    /// @param logitBias see the component
    public Sampling withLogitBias(Map<Integer, Float> logitBias) {
        return new Sampling(temperature, topK, topP, minP, typicalP, penalties, logitBias, seed);
    }

    /// {@return a copy with another seed, or none}
    ///
    /// @param seed see the component
    public Sampling withSeed(OptionalLong seed) {
        return new Sampling(temperature, topK, topP, minP, typicalP, penalties, logitBias, seed);
    }

    /// {@return a copy with another seed}
    ///
    /// @param seed 0..4294967294; -1 = fresh entropy per request
    public Sampling withSeed(long seed) {
        return withSeed(OptionalLong.of(seed));
    }
}
