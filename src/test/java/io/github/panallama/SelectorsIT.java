package io.github.panallama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.Token;
import io.github.panallama.fixture.BigramModel;
import io.github.panallama.fixture.Models;
import io.github.panallama.fixture.TestVocabulary;
import io.github.panallama.model.ModelOptions;
import io.github.panallama.sampling.Sampling;
import io.github.panallama.sampling.Stage;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// The selectors that adapt, against llama.cpp's formulas computed here. The state after each token is
/// known from the tokens themselves, so each draw has a known distribution: draws minus expectations add up
/// to about zero.
class SelectorsIT {
    private static final BigramModel MODEL = BigramModel.builder(TestVocabulary.standard())
            .name("memoryless")
            .memoryless()
            .deviation(2)
            .never("</s>", "<s>", "<unk>")
            .build();
    private static final double[] P = Distributions.softmax(MODEL.logProbabilities(5));
    private static final List<Integer> RANKED = Distributions.ranked(P);
    private static final Llama LLAMA = Llama.load(Models.file(MODEL), ModelOptions.DEFAULT.withContextSize(1024));

    @AfterAll
    static void close() {
        LLAMA.close();
    }

    /// What the next draw is from, given the draws so far.
    private interface Adaptive {
        double[] distribution();

        void drawn(int token);
    }

    private static void replay(Adaptive formula, Stage... stages) {
        var options = CompletionOptions.DEFAULT
                .withSampling(Sampling.of(stages).withSeed(11))
                .withMaxTokens(1000);
        var tokens =
                LLAMA.complete("t", options).tokens().stream().map(Token::id).toList();
        var excess = new double[P.length];
        var variance = new double[P.length];
        for (int token : tokens) {
            var p = formula.distribution();
            assertTrue(p[token] > 0, "token %d is impossible".formatted(token));
            for (int id = 0; id < p.length; id++) {
                excess[id] += (id == token ? 1 : 0) - p[id];
                variance[id] += p[id] * (1 - p[id]);
            }
            formula.drawn(token);
        }
        int checked = 0;
        for (int id = 0; id < P.length; id++) {
            if (variance[id] > 5) {
                assertEquals(0, excess[id], 4.5 * Math.sqrt(variance[id]), "token " + id);
                checked++;
            }
        }
        assertTrue(checked > 5, "the test looks at something");
    }

    private static double[] best(int n) {
        var weights = new double[P.length];
        RANKED.subList(0, n).forEach(id -> weights[id] = P[id]);
        return Distributions.normalized(weights);
    }

    private static double surprise(double p) {
        return -Math.log(p) / Math.log(2);
    }

    /// Both mirostats: keep so many of the likeliest, draw, correct mu.
    private abstract static class Mirostat implements Adaptive {
        final double tau;
        final double eta;
        double mu;
        double surprises;
        int n;

        Mirostat(double tau, double eta) {
            this.tau = tau;
            this.eta = eta;
            this.mu = 2 * tau;
        }

        abstract int keep();

        @Override
        public double[] distribution() {
            return best(keep());
        }

        @Override
        public void drawn(int token) {
            double observed = surprise(distribution()[token]);
            mu -= eta * (observed - tau);
            surprises += observed;
            n++;
        }
    }

    @Test
    void mirostat() {
        double[] sorted = RANKED.stream().mapToDouble(id -> P[id]).toArray();
        double top = 0;
        double bottom = 0;
        for (int i = 0; i < 99; i++) {
            double t = Math.log((i + 2.0) / (i + 1));
            top += t * Math.log(sorted[i] / sorted[i + 1]);
            bottom += t * t;
        }
        double s = top / bottom;
        var formula = new Mirostat(3, 0.1) {
            @Override
            int keep() {
                double epsilon = s - 1;
                double k = Math.pow(epsilon * Math.pow(2, mu) / (1 - Math.pow(P.length, -epsilon)), 1 / s);
                return Math.min(Math.max((int) k, 1), P.length);
            }
        };
        replay(formula, new Stage.Mirostat(3, 0.1f));
        assertEquals(3, formula.surprises / formula.n, 0.15, "the surprise asked for");
    }

    @Test
    void mirostat2() {
        var formula = new Mirostat(3, 0.1) {
            @Override
            int keep() {
                return Math.max(
                        (int) DoubleStream.of(P).filter(p -> surprise(p) <= mu).count(), 1);
            }
        };
        replay(formula, new Stage.MirostatV2(3, 0.1f));
        assertEquals(3, formula.surprises / formula.n, 0.15, "the surprise asked for");
    }

    @Test
    void adaptiveP() {
        double target = 0.05;
        var p30 = best(30); // behind a filter, as it is meant to stand
        double decay = 0.9;
        var formula = new Adaptive() {
            double weighted = target / (1 - decay);
            double total = 1 / (1 - decay);

            @Override
            public double[] distribution() {
                double adapted = Math.clamp(2 * target - weighted / total, 0, 1);
                return Distributions.softmax(DoubleStream.of(p30)
                        .map(p -> {
                            double distance = Math.abs((p - adapted) / 0.3);
                            return p == 0 ? Double.NEGATIVE_INFINITY : 5 - 10 * distance * distance / (1 + distance);
                        })
                        .toArray());
            }

            @Override
            public void drawn(int token) {
                weighted = p30[token] + decay * weighted;
                total = 1 + decay * total;
            }
        };

        replay(formula, new Stage.TopK(30), new Stage.AdaptiveP((float) target, (float) decay));
    }
}
