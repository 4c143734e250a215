package io.github.panallama.cli;

import io.github.panallama.sampling.Penalties;
import io.github.panallama.sampling.Sampling;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The usual samplers.
@Heading("Sampling")
final class SamplingArguments {
    @Option(names = "--temperature", paramLabel = "T", description = "0 = greedy. Default: 0.8 (run: 0.2).")
    @Nullable
    Float temperature;

    @Option(names = "--top-k", paramLabel = "K", description = "0 = off. Default: 40.")
    @Nullable
    Integer topK;

    @Option(names = "--top-p", paramLabel = "P", description = "1 = off. Default: 0.95.")
    @Nullable
    Float topP;

    @Option(names = "--min-p", paramLabel = "P", description = "0 = off. Default: 0.05.")
    @Nullable
    Float minP;

    @Option(names = "--typical-p", paramLabel = "P", description = "1 = off. Default: 1.")
    @Nullable
    Float typicalP;

    @Option(names = "--repeat-penalty", paramLabel = "R", description = "1 = off. Default: 1.")
    @Nullable
    Float repeatPenalty;

    @Option(names = "--repeat-last-n", paramLabel = "N", description = "Its window. Default: 64.")
    @Nullable
    Integer repeatLastN;

    @Option(names = "--penalize-prompt", description = "Let its window begin in the prompt.")
    boolean penalizePrompt;

    @Option(names = "--frequency-penalty", paramLabel = "F", description = "0 = off. Default: 0.")
    @Nullable
    Float frequencyPenalty;

    @Option(names = "--presence-penalty", paramLabel = "F", description = "0 = off. Default: 0.")
    @Nullable
    Float presencePenalty;

    @Option(names = "--seed", paramLabel = "N", description = "Repeats a draw. Default: a fresh one.")
    @Nullable
    Long seed;

    @Option(
            names = "--logit-bias",
            paramLabel = "ID=BIAS",
            description = "Added to a token's logit; -inf forbids it; repeatable.")
    Map<Integer, String> logitBias = new TreeMap<>();

    /// {@return the sampling, where it was given, over another}
    ///
    /// @param base what holds where none was given
    Sampling over(Sampling base) {
        var sampling = base.withPenalties(over(base.penalties()));
        sampling = temperature == null ? sampling : sampling.withTemperature(temperature);
        sampling = topK == null ? sampling : sampling.withTopK(topK);
        sampling = topP == null ? sampling : sampling.withTopP(topP);
        sampling = minP == null ? sampling : sampling.withMinP(minP);
        sampling = typicalP == null ? sampling : sampling.withTypicalP(typicalP);
        sampling = seed == null ? sampling : sampling.withSeed(seed);
        return logitBias.isEmpty() ? sampling : sampling.withLogitBias(biases());
    }

    private Penalties over(Penalties base) {
        var penalties = base;
        penalties = repeatPenalty == null ? penalties : penalties.withRepeat(repeatPenalty);
        penalties = repeatLastN == null ? penalties : penalties.withLastN(repeatLastN);
        penalties = penalizePrompt ? penalties.withPrompt(true) : penalties;
        penalties = frequencyPenalty == null ? penalties : penalties.withFrequency(frequencyPenalty);
        return presencePenalty == null ? penalties : penalties.withPresence(presencePenalty);
    }

    private Map<Integer, Float> biases() {
        var biases = new TreeMap<Integer, Float>();
        logitBias.forEach((id, bias) -> biases.put(id, bias(id, bias)));
        return biases;
    }

    private static float bias(int id, String text) {
        try {
            return text.equals("-inf") ? Float.NEGATIVE_INFINITY : Float.parseFloat(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "--logit-bias %d=%s: '%s' is no number (-inf forbids the token)".formatted(id, text, text), e);
        }
    }
}
