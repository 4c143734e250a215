package io.github.panallama.sampling;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// How the next token is chosen from the model's distribution.
///
/// Two ways to say it. The fields from `temperature` to `logitBias` spell the usual chain, whose steps and
/// order are [#chain()]. What they do not cover is made of [Stage]s: [#plus] puts stages where they belong,
/// [#of] is a chain in an order of one's own, [#inOrder] rearranges one. Log-probabilities are never
/// touched by any of this: they are the model's own.
///
/// ```java
/// var json = Sampling.GREEDY.plus(new Stage.Constrain(Grammar.json()));
/// var lively = Sampling.DEFAULT.plus(new Stage.Xtc(0.5f, 0.1f), Stage.Dry.of(0.8f)).withSeed(7);
/// var hot = Sampling.of(new Stage.Temperature(1.5f), new Stage.MinP(0.1f), new Stage.Draw());
/// ```
///
/// @param temperature divides the logits before the draw, 0 or more; 0 = always the likeliest token, 1 =
/// neutral
/// @param topK keeps the k likeliest tokens, 0 or more; 0 = off
/// @param topP keeps the smallest set with this probability mass, 0..1; 1 = off
/// @param minP keeps tokens at least this many times as likely as the likeliest, 0..1; 0 = off
/// @param typicalP keeps tokens of typical surprise up to this mass, 0..1; 1 = off
/// @param penalties against repetition
/// @param logitBias added to logits, by token id, -100..100 or negative infinity (never that token)
/// @param seed of all that is drawn, 0..4294967294; empty = fresh entropy per request. The completion
/// reports the seed used
/// @param stages the whole chain, in order; empty = as the other fields say. With stages, those fields
/// except the seed are neutral. The last stage selects, and no other; mirostat stands without filters; at
/// most one grammar; one of the two kinds of temperature
public record Sampling(
        float temperature,
        int topK,
        float topP,
        float minP,
        float typicalP,
        Penalties penalties,
        Map<Integer, Float> logitBias,
        OptionalLong seed,
        List<Stage> stages) {

    /// llama.cpp's word for a seed that is to be drawn afresh.
    private static final long RANDOM_SEED = 0xFFFF_FFFFL;

    /// As llama-cpp-python 0.3: temperature 0.8, top_k 40, top_p 0.95, min_p 0.05.
    public static final Sampling DEFAULT =
            new Sampling(0.8f, 40, 0.95f, 0.05f, 1, Penalties.NONE, Map.of(), OptionalLong.empty(), List.of());

    /// The model's distribution as it is: temperature 1, every filter, penalty and bias off.
    public static final Sampling NEUTRAL =
            new Sampling(1, 0, 1, 0, 1, Penalties.NONE, Map.of(), OptionalLong.empty(), List.of());

    /// Always the likeliest token.
    public static final Sampling GREEDY = NEUTRAL.withTemperature(0);

    /// As llama-cpp-python before 0.2.83: [#DEFAULT] with a repeat penalty of 1.1 over 64 tokens, the
    /// prompt included.
    public static final Sampling LLAMA_CPP_PYTHON_0_2 =
            DEFAULT.withPenalties(Penalties.NONE.withRepeat(1.1f).withPrompt(true));

    /// Checks the ranges and the chain, and copies map and list; a seed of -1 or 4294967295 becomes empty.
    public Sampling {
        Checks.temperature(temperature);
        Checks.topK(topK);
        Checks.topP(topP);
        Checks.minP(minP);
        Checks.typicalP(typicalP);
        logitBias = Checks.biases(logitBias);
        if (seed.isPresent() && (seed.getAsLong() == -1 || seed.getAsLong() == RANDOM_SEED)) {
            seed = OptionalLong.empty();
        }
        if (seed.isPresent()) {
            long value = seed.getAsLong();
            Checks.require(value >= 0 && value < RANDOM_SEED, "seed", value, "within 0..4294967294 (-1 = fresh)");
        }
        stages = List.copyOf(stages);
        if (!stages.isEmpty()) {
            checkNeutral("temperature", temperature == 1);
            checkNeutral("topK", topK == 0);
            checkNeutral("topP", topP == 1);
            checkNeutral("minP", minP == 0);
            checkNeutral("typicalP", typicalP == 1);
            checkNeutral("penalties", penalties.equals(Penalties.NONE));
            checkNeutral("logitBias", logitBias.isEmpty());
            Chain.check(stages);
        }
    }

    private static void checkNeutral(String field, boolean neutral) {
        Checks.require(
                neutral,
                "%s cannot be set beside stages: add it as a stage (Sampling.plus), or begin with Sampling.NEUTRAL"
                        .formatted(field));
    }

    /// {@return a chain of one's own}
    ///
    /// @param stages in order; the last one selects
    public static Sampling of(Stage... stages) {
        Chain.check(List.of(stages));
        return NEUTRAL.withStages(List.of(stages));
    }

    /// {@return a copy with more stages, each at its default place (see [#chain()]); the seed is kept}
    ///
    /// A stage replaces the one of its kind, and the two kinds of temperature each other. One that selects
    /// replaces the one that does, and mirostat also drops the filters, from top_n_sigma to xtc. A
    /// [Stage.Custom] that does not select goes first, where it sees the model's own logits, after those
    /// that are first already.
    ///
    /// @param more the stages
    public Sampling plus(Stage... more) {
        var chain = chain();
        for (var stage : more) {
            chain = Chain.plus(chain, stage);
        }
        return new Sampling(1, 0, 1, 0, 1, Penalties.NONE, Map.of(), seed, chain);
    }

    /// {@return a copy whose stages come in another order, named as for llama.cpp's `--samplers`: those not
    /// named are dropped, except what has no name there (bias, grammar and own samplers first, what selects
    /// last)}
    ///
    /// @param names of: `penalties`, `dry`, `top_n_sigma`, `top_k`, `typ_p`, `top_p`, `min_p`, `xtc`,
    /// `temperature`, `infill`; one that the chain does not have is passed over
    public Sampling inOrder(String... names) {
        return new Sampling(1, 0, 1, 0, 1, Penalties.NONE, Map.of(), seed, StageNames.inOrder(chain(), List.of(names)));
    }

    /// {@return the sampler chain: what is off is absent}
    ///
    /// The default order is: own samplers, bias, repeat penalty, frequency and presence penalty, DRY,
    /// grammar; then at temperature 0 the likeliest token, else top_n_sigma, top_k, typical_p, top_p,
    /// min_p, xtc, temperature, infill, and what selects: a draw, unless a stage says otherwise.
    public List<Stage> chain() {
        if (!stages.isEmpty()) {
            return stages;
        }
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
        if (temperature < Stage.Temperature.COLD) {
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
        return new Sampling(temperature, topK, topP, minP, typicalP, penalties, logitBias, seed, stages);
    }

    /// {@return a copy with another top_k}
    ///
    /// @param topK see the component
    public Sampling withTopK(int topK) {
        return new Sampling(temperature, topK, topP, minP, typicalP, penalties, logitBias, seed, stages);
    }

    /// {@return a copy with another top_p}
    ///
    /// @param topP see the component
    public Sampling withTopP(float topP) {
        return new Sampling(temperature, topK, topP, minP, typicalP, penalties, logitBias, seed, stages);
    }

    /// {@return a copy with another min_p}
    ///
    /// @param minP see the component
    public Sampling withMinP(float minP) {
        return new Sampling(temperature, topK, topP, minP, typicalP, penalties, logitBias, seed, stages);
    }

    /// {@return a copy with another typical_p}
    ///
    /// @param typicalP see the component
    public Sampling withTypicalP(float typicalP) {
        return new Sampling(temperature, topK, topP, minP, typicalP, penalties, logitBias, seed, stages);
    }

    /// {@return a copy with other penalties}
    ///
    /// @param penalties see the component
    public Sampling withPenalties(Penalties penalties) {
        return new Sampling(temperature, topK, topP, minP, typicalP, penalties, logitBias, seed, stages);
    }

    /// {@return a copy with other biases}
    ///
    /// @param logitBias see the component
    public Sampling withLogitBias(Map<Integer, Float> logitBias) {
        return new Sampling(temperature, topK, topP, minP, typicalP, penalties, logitBias, seed, stages);
    }

    /// {@return a copy with another seed, or none}
    ///
    /// @param seed see the component
    public Sampling withSeed(OptionalLong seed) {
        return new Sampling(temperature, topK, topP, minP, typicalP, penalties, logitBias, seed, stages);
    }

    /// {@return a copy with another seed}
    ///
    /// @param seed 0..4294967294; -1 = fresh entropy per request
    public Sampling withSeed(long seed) {
        return withSeed(OptionalLong.of(seed));
    }

    /// {@return a copy with another chain}
    ///
    /// @param stages see the component
    public Sampling withStages(List<Stage> stages) {
        return new Sampling(temperature, topK, topP, minP, typicalP, penalties, logitBias, seed, stages);
    }
}
