package io.github.panallama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.sampling.Stage;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// What each stage makes of a distribution, by its definition, and whether draws follow one.
final class Distributions {
    private Distributions() {}

    static double[] softmax(double[] logits) {
        double max = DoubleStream.of(logits).max().orElseThrow();
        var p = DoubleStream.of(logits).map(x -> Math.exp(x - max)).toArray();
        return normalized(p);
    }

    static double[] normalized(double[] weights) {
        double sum = DoubleStream.of(weights).sum();
        return DoubleStream.of(weights).map(x -> x / sum).toArray();
    }

    /// Indices by descending value, ties to the lower index.
    static List<Integer> ranked(double[] values) {
        return IntStream.range(0, values.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -values[i]).thenComparing(i -> i))
                .toList();
    }

    private static double[] kept(double[] logits, List<Integer> ids) {
        return each(logits, id -> ids.contains((int) id) ? logits[(int) id] : Double.NEGATIVE_INFINITY);
    }

    private static double[] each(double[] logits, DoubleUnaryOperator at) {
        return IntStream.range(0, logits.length)
                .mapToDouble(i -> at.applyAsDouble(i))
                .toArray();
    }

    /// The first of an order whose mass reaches p.
    private static List<Integer> mass(double[] p, List<Integer> order, double mass) {
        double sum = 0;
        int n = 0;
        while (n < order.size() && (n == 0 || sum < mass)) {
            sum += p[order.get(n++)];
        }
        return order.subList(0, n);
    }

    static double entropy(double[] p) {
        return -DoubleStream.of(p).filter(x -> x > 0).map(x -> x * Math.log(x)).sum();
    }

    /// The logits after a stage without memory or chance.
    static double[] after(Stage stage, double[] logits) {
        var p = softmax(logits);
        return switch (stage) {
            case Stage.Bias bias ->
                each(logits, i -> logits[(int) i] + bias.biases().getOrDefault((int) i, 0f));
            case Stage.TopK(var k) -> kept(logits, ranked(logits).subList(0, k));
            case Stage.TopP(var mass) -> kept(logits, mass(p, ranked(logits), mass));
            case Stage.MinP(var ratio) -> {
                double least = ratio * DoubleStream.of(p).max().orElseThrow();
                yield each(logits, i -> p[(int) i] >= least ? logits[(int) i] : Double.NEGATIVE_INFINITY);
            }
            case Stage.TypicalP(var mass) -> {
                double entropy = entropy(p);
                var order = ranked(each(logits, i -> -Math.abs(-Math.log(p[(int) i]) - entropy)));
                yield kept(logits, mass(p, order, mass));
            }
            case Stage.TopNSigma(var n) -> {
                double mean = DoubleStream.of(logits).average().orElseThrow();
                double variance = DoubleStream.of(logits)
                        .map(x -> (x - mean) * (x - mean))
                        .average()
                        .orElseThrow();
                double least = DoubleStream.of(logits).max().orElseThrow() - n * Math.sqrt(variance);
                yield each(logits, i -> logits[(int) i] >= least ? logits[(int) i] : Double.NEGATIVE_INFINITY);
            }
            case Stage.Temperature(var t) -> each(logits, i -> logits[(int) i] / t);
            case Stage.DynamicTemperature(var middle, var range, var exponent) -> {
                double low = Math.max(0, middle - range);
                double share = entropy(p) / Math.log(p.length);
                double t = low + (middle + range - low) * Math.pow(share, exponent);
                yield each(logits, i -> logits[(int) i] / t);
            }
            default -> throw new IllegalArgumentException(stage.toString());
        };
    }

    /// The logits when XTC strikes.
    static double[] struck(Stage.Xtc xtc, double[] logits) {
        var p = softmax(logits);
        var top = ranked(logits).stream().filter(id -> p[id] >= xtc.threshold()).toList();
        var gone = top.subList(0, Math.max(top.size() - 1, 0));
        return each(logits, i -> gone.contains((int) i) ? Double.NEGATIVE_INFINITY : logits[(int) i]);
    }

    /// Asserts that draws follow a distribution: none where it is 0, each frequency within 4.5 standard
    /// deviations, and chi-square, with small expectations pooled, within 5 of its own.
    static void assertFollows(double[] p, List<Integer> draws, String what) {
        int n = draws.size();
        var counts = new int[p.length];
        draws.forEach(id -> counts[id]++);
        double chi = 0;
        int cells = 0;
        double restExpected = 0;
        int rest = 0;
        for (int id = 0; id < p.length; id++) {
            double expected = n * p[id];
            if (p[id] == 0) {
                assertEquals(0, counts[id], what + ": impossible token " + id);
            } else if (expected >= 5) {
                assertEquals(
                        expected, counts[id], 4.5 * Math.sqrt(expected * (1 - p[id])) + 1e-9, what + ": token " + id);
                chi += (counts[id] - expected) * (counts[id] - expected) / expected;
                cells++;
            } else {
                restExpected += expected;
                rest += counts[id];
            }
        }
        if (restExpected >= 5) {
            chi += (rest - restExpected) * (rest - restExpected) / restExpected;
            cells++;
        }
        assertTrue(chi <= cells - 1 + 5 * Math.sqrt(2.0 * Math.max(cells - 1, 1)), what + ": chi-square " + chi);
    }
}
