package io.github.panallama.sampling;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/// llama.cpp's names of stages, as its `--samplers` has them.
final class StageNames {
    private static final List<String> ALL = List.of(
            "penalties", "dry", "top_n_sigma", "top_k", "typ_p", "top_p", "min_p", "xtc", "temperature", "infill");

    private StageNames() {}

    /// {@return the stages without a name, then those named, in the order of the names, then the one that
    /// selects}
    static List<Stage> inOrder(List<Stage> chain, List<String> names) {
        for (var name : names) {
            Checks.require(
                    ALL.contains(name),
                    "'%s' is not the name of a stage: use %s".formatted(name, String.join(", ", ALL)));
        }
        Checks.require(new HashSet<>(names).size() == names.size(), "a stage is named twice in %s".formatted(names));
        var result = new ArrayList<Stage>();
        for (var stage : chain) {
            if (!stage.selects() && name(stage).isEmpty()) {
                result.add(stage);
            }
        }
        for (var name : names) {
            chain.stream()
                    .filter(stage -> name(stage).equals(Optional.of(name)))
                    .forEach(result::add);
        }
        result.add(chain.getLast());
        return result;
    }

    private static Optional<String> name(Stage stage) {
        return Optional.ofNullable(
                switch (stage) {
                    case Stage.Repeat _, Stage.Occurrence _ -> "penalties";
                    case Stage.Dry _ -> "dry";
                    case Stage.TopNSigma _ -> "top_n_sigma";
                    case Stage.TopK _ -> "top_k";
                    case Stage.TypicalP _ -> "typ_p";
                    case Stage.TopP _ -> "top_p";
                    case Stage.MinP _ -> "min_p";
                    case Stage.Xtc _ -> "xtc";
                    case Stage.Temperature _, Stage.DynamicTemperature _ -> "temperature";
                    case Stage.Infill _ -> "infill";
                    default -> null;
                });
    }
}
