package io.github.panallama.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// What many pairs of runs say about one figure.
///
/// With several threads the load of something else can bring a single run down to a tenth. So a pair in which one run
/// is below half of its own side's median (for times: above twice) does not count; it stays in the record.
///
/// @param duel where it was measured
/// @param threads that computed
/// @param pairs in their order
record Result(String duel, Figure figure, int threads, List<Pair> pairs) {
    /// @param dropped whether it does not count
    record Pair(double ours, double theirs, double ratio, boolean dropped) {}

    /// @param values ours and theirs, pair by pair
    static Result of(String duel, Figure figure, int threads, List<double[]> values) {
        double ours = median(values.stream().map(v -> v[0]).toList());
        double theirs = median(values.stream().map(v -> v[1]).toList());
        var pairs = new ArrayList<Pair>();
        for (var v : values) {
            boolean dropped = collapsed(figure, v[0], ours) || collapsed(figure, v[1], theirs);
            pairs.add(new Pair(v[0], v[1], figure.ratio(v[0], v[1]), dropped));
        }
        if (pairs.stream().allMatch(Pair::dropped)) { // of very few pairs
            pairs.replaceAll(pair -> new Pair(pair.ours, pair.theirs, pair.ratio, false));
        }
        return new Result(duel, figure, threads, pairs);
    }

    private static boolean collapsed(Figure figure, double value, double median) {
        return figure.more() ? value < median / 2 : value > median * 2;
    }

    private static double median(List<Double> values) {
        var sorted = values.stream().sorted().toList();
        return (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
    }

    /// {@return the pairs that count}
    List<Pair> kept() {
        return pairs.stream().filter(pair -> !pair.dropped).toList();
    }

    List<Pair> dropped() {
        return pairs.stream().filter(Pair::dropped).toList();
    }

    double median(ToDoubleFunction<Pair> value) {
        return median(kept().stream().map(value::applyAsDouble).toList());
    }

    double least() {
        return kept().stream().mapToDouble(Pair::ratio).min().orElse(Double.NaN);
    }

    double most() {
        return kept().stream().mapToDouble(Pair::ratio).max().orElse(Double.NaN);
    }
}
