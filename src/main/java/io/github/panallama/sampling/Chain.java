package io.github.panallama.sampling;

import java.util.ArrayList;
import java.util.List;

/// What a valid chain is, and where a stage belongs in one.
final class Chain {
    private Chain() {}

    /// Refuses a chain that could not run or would not do what it says.
    static void check(List<Stage> chain) {
        Checks.require(
                !chain.isEmpty() && chain.getLast().selects(),
                "the last stage must be one that selects, such as Stage.Draw or Stage.Greedy: %s".formatted(chain));
        Checks.require(
                chain.stream().filter(Stage::selects).count() == 1,
                "only the last stage may select: leave the others out of %s".formatted(chain));
        Checks.require(
                chain.stream().filter(Stage.Constrain.class::isInstance).count() <= 1,
                "a chain can have one grammar only: join them into one");
        boolean plain = chain.stream().anyMatch(Stage.Temperature.class::isInstance);
        boolean dynamic = chain.stream().anyMatch(Stage.DynamicTemperature.class::isInstance);
        Checks.require(!plain || !dynamic, "a dynamic temperature replaces the plain one: leave one of them out");
        if (isMirostat(chain.getLast())) {
            chain.stream().filter(Chain::isFilter).findFirst().ifPresent(filter -> {
                throw new IllegalArgumentException(
                        "mirostat chooses how many tokens to keep: leave %s out".formatted(filter));
            });
        }
    }

    /// {@return a chain with one more stage at its default place, or in place of the one that it replaces}
    static List<Stage> plus(List<Stage> chain, Stage stage) {
        var result = new ArrayList<>(chain);
        if (stage.selects()) {
            if (isMirostat(stage)) {
                result.removeIf(Chain::isFilter);
            }
            result.set(result.size() - 1, stage);
            return result;
        }
        for (int i = 0; i < result.size(); i++) {
            if (replaces(stage, result.get(i))) {
                result.set(i, stage);
                return result;
            }
        }
        int place = 0;
        while (place(result.get(place)) <= place(stage)) {
            place++;
        }
        result.add(place, stage);
        return result;
    }

    private static boolean replaces(Stage stage, Stage old) {
        return !(stage instanceof Stage.Custom)
                && (stage.getClass().equals(old.getClass()) || place(stage) == place(old));
    }

    private static boolean isMirostat(Stage stage) {
        return stage instanceof Stage.Mirostat || stage instanceof Stage.MirostatV2;
    }

    private static boolean isFilter(Stage stage) {
        return switch (stage) {
            case Stage.TopNSigma _, Stage.TopK _, Stage.TypicalP _, Stage.TopP _, Stage.MinP _, Stage.Xtc _ -> true;
            default -> false;
        };
    }

    /// The default order; what shares a place replaces each other.
    private static int place(Stage stage) {
        return switch (stage) {
            case Stage.Custom custom -> custom.selects() ? 99 : 0;
            case Stage.Bias _ -> 1;
            case Stage.Repeat _ -> 2;
            case Stage.Occurrence _ -> 3;
            case Stage.Dry _ -> 4;
            case Stage.Constrain _ -> 5;
            case Stage.TopNSigma _ -> 6;
            case Stage.TopK _ -> 7;
            case Stage.TypicalP _ -> 8;
            case Stage.TopP _ -> 9;
            case Stage.MinP _ -> 10;
            case Stage.Xtc _ -> 11;
            case Stage.Temperature _, Stage.DynamicTemperature _ -> 12;
            case Stage.Infill _ -> 13;
            case Stage.Greedy _, Stage.Draw _, Stage.Mirostat _, Stage.MirostatV2 _, Stage.AdaptiveP _ -> 99;
        };
    }
}
