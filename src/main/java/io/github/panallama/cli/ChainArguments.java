package io.github.panallama.cli;

import io.github.panallama.sampling.Sampling;
import io.github.panallama.sampling.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Samplers beyond the usual ones, and the order of all; named and set as llama.cpp's tools do.
@Heading("More samplers, off unless set")
final class ChainArguments {
    @Option(names = "--top-n-sigma", paramLabel = "N", description = "Keep logits within N deviations of the best.")
    @Nullable
    Float topNSigma;

    @Option(names = "--xtc-probability", paramLabel = "P", description = "How often XTC drops the top choices.")
    @Nullable
    Float xtcProbability;

    @Option(names = "--xtc-threshold", paramLabel = "P", description = "From which probability. Default: 0.1.")
    @Nullable
    Float xtcThreshold;

    @Option(names = "--dry-multiplier", paramLabel = "F", description = "DRY penalty on repetition; 0.8 is usual.")
    @Nullable
    Float dryMultiplier;

    @Option(names = "--dry-base", paramLabel = "F", description = "Its growth per token. Default: 1.75.")
    @Nullable
    Float dryBase;

    @Option(names = "--dry-allowed-length", paramLabel = "N", description = "Tokens that may repeat. Default: 2.")
    @Nullable
    Integer dryAllowedLength;

    @Option(names = "--dry-penalty-last-n", paramLabel = "N", description = "Its window. Default: -1 = the context.")
    @Nullable
    Integer dryLastN;

    @Option(
            names = "--dry-sequence-breaker",
            paramLabel = "TEXT",
            description = "Ends a repetition, instead of the defaults \\n : \" *; repeatable; none = no breaker.")
    List<String> dryBreakers = new ArrayList<>();

    @Option(
            names = "--dynatemp-range",
            paramLabel = "R",
            description = "Vary the temperature by R up and down with the entropy.")
    @Nullable
    Float dynatempRange;

    @Option(names = "--dynatemp-exp", paramLabel = "E", description = "The exponent of that. Default: 1.")
    @Nullable
    Float dynatempExponent;

    @Option(
            names = "--mirostat",
            paramLabel = "0|1|2",
            description = "Mirostat instead of the filters (top-k, top-p and the like). Default: 0 = off.")
    int mirostat;

    @Option(names = "--mirostat-ent", paramLabel = "TAU", description = "The surprise wanted, in bits. Default: 5.")
    @Nullable
    Float mirostatTau;

    @Option(names = "--mirostat-lr", paramLabel = "ETA", description = "How fast it learns. Default: 0.1.")
    @Nullable
    Float mirostatEta;

    @Option(names = "--adaptive-target", paramLabel = "P", description = "Adaptive-p: draw near this probability.")
    @Nullable
    Float adaptiveTarget;

    @Option(names = "--adaptive-decay", paramLabel = "D", description = "How long it remembers. Default: 0.9.")
    @Nullable
    Float adaptiveDecay;

    @Option(
            names = "--samplers",
            paramLabel = "A;B;…",
            description = "Only these samplers, in this order: penalties, dry, top_n_sigma, top_k, typ_p, top_p, "
                    + "min_p, xtc, temperature.")
    @Nullable
    String samplers;

    /// {@return a sampling with these stages added, in the order asked for}
    Sampling over(Sampling base) {
        boolean greedy = base.chain().getLast() instanceof Stage.Greedy;
        var stages = stages(base.temperature());
        if (greedy && stages.stream().anyMatch(s -> s.selects() || s instanceof Stage.DynamicTemperature)) {
            throw new IllegalArgumentException(
                    "--temperature 0 takes the likeliest token: leave --dynatemp-range, --mirostat and --adaptive-target out");
        }
        var sampling = stages.isEmpty() ? base : base.plus(stages.toArray(Stage[]::new));
        return samplers == null ? sampling : sampling.inOrder(names(samplers));
    }

    private static String[] names(String list) {
        return Stream.of(list.split("[;,]"))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toArray(String[]::new);
    }

    /// What selects comes first: mirostat then refuses a filter that was asked for beside it.
    private List<Stage> stages(float temperature) {
        var stages = new ArrayList<Stage>();
        mirostat(stages);
        needs("--adaptive-target", adaptiveTarget, "--adaptive-decay", adaptiveDecay);
        if (adaptiveTarget != null) {
            stages.add(new Stage.AdaptiveP(adaptiveTarget, value(adaptiveDecay, 0.9f)));
        }
        if (stages.size() > 1) {
            throw new IllegalArgumentException("--mirostat and --adaptive-target both choose the token: give one");
        }
        dry(stages);
        if (topNSigma != null) {
            stages.add(new Stage.TopNSigma(topNSigma));
        }
        needs("--xtc-probability", xtcProbability, "--xtc-threshold", xtcThreshold);
        if (xtcProbability != null) {
            stages.add(new Stage.Xtc(xtcProbability, value(xtcThreshold, 0.1f)));
        }
        needs("--dynatemp-range", dynatempRange, "--dynatemp-exp", dynatempExponent);
        if (dynatempRange != null) {
            stages.add(new Stage.DynamicTemperature(temperature, dynatempRange, value(dynatempExponent, 1)));
        }
        return stages;
    }

    private void mirostat(List<Stage> stages) {
        if (mirostat < 0 || mirostat > 2) {
            throw new IllegalArgumentException("--mirostat is %d, must be 0, 1 or 2".formatted(mirostat));
        }
        var version = mirostat == 0 ? null : (Integer) mirostat;
        needs("--mirostat", version, "--mirostat-ent", mirostatTau);
        needs("--mirostat", version, "--mirostat-lr", mirostatEta);
        if (version != null) {
            float tau = value(mirostatTau, 5);
            float eta = value(mirostatEta, 0.1f);
            stages.add(mirostat == 1 ? new Stage.Mirostat(tau, eta) : new Stage.MirostatV2(tau, eta));
        }
    }

    private void dry(List<Stage> stages) {
        needs("--dry-multiplier", dryMultiplier, "--dry-base", dryBase);
        needs("--dry-multiplier", dryMultiplier, "--dry-allowed-length", dryAllowedLength);
        needs("--dry-multiplier", dryMultiplier, "--dry-penalty-last-n", dryLastN);
        needs("--dry-multiplier", dryMultiplier, "--dry-sequence-breaker", dryBreakers.isEmpty() ? null : dryBreakers);
        if (dryMultiplier == null) {
            return;
        }
        var standard = Stage.Dry.of(dryMultiplier);
        stages.add(new Stage.Dry(
                standard.multiplier(),
                value(dryBase, standard.base()),
                dryAllowedLength == null ? standard.allowedLength() : dryAllowedLength,
                dryLastN == null || dryLastN == -1 ? standard.lastN() : dryLastN,
                breakers(standard.breakers()),
                standard.prompt()));
    }

    private List<String> breakers(List<String> standard) {
        if (dryBreakers.isEmpty()) {
            return standard;
        }
        return dryBreakers.stream()
                .filter(breaker -> !breaker.equals("none"))
                .map(Escapes::unescape)
                .toList();
    }

    /// A setting of a sampler that is off would silently do nothing.
    private static void needs(String option, @Nullable Object value, String setting, @Nullable Object set) {
        if (value == null && set != null) {
            throw new IllegalArgumentException("%s does nothing without %s: add that".formatted(setting, option));
        }
    }

    private static float value(@Nullable Float given, float standard) {
        return given == null ? standard : given;
    }
}
