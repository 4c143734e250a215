package io.github.panallama.engine;

import io.github.panallama.bench.ShortRun;
import io.github.panallama.sampling.Sampling;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// What it costs to choose a token. The row is flat, which is hard on `TOP_P` without `TOP_K`: thousands of tokens make
/// up the mass, and all of them are sorted.
@State(Scope.Benchmark)
public class SamplingBenchmark extends ShortRun {
    /// Usual ways to choose.
    public enum Chain {
        GREEDY,
        DEFAULT,
        TOP_K_40,
        TOP_P;

        Sampling sampling() {
            return switch (this) {
                case GREEDY -> Sampling.GREEDY;
                case DEFAULT -> Sampling.DEFAULT;
                case TOP_K_40 -> Sampling.NEUTRAL.withTopK(40).withTemperature(0.8f);
                case TOP_P -> Sampling.NEUTRAL.withTopP(0.95f);
            };
        }
    }

    @Param
    Chain chain;

    private SamplerChain samplers;
    private RowAnswers answers;

    @Setup
    public void build(DecodedRow row) {
        answers = new RowAnswers(row.vocabulary);
        samplers = SamplerChain.of(chain.sampling().chain(), row.vocabulary, 1, new int[0], DecodedRow.CONTEXT_SIZE);
    }

    @Benchmark
    public int sample(DecodedRow row) {
        int[] token = new int[1];
        answers.ask(
                row.context,
                List.of(samplers.question(row.context, row.index, RowQuestion.NONE)),
                (answer, _) -> token[0] = answer.token());
        return token[0];
    }

    @TearDown
    public void close() {
        samplers.close();
    }
}
