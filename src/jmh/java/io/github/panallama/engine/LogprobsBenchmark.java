package io.github.panallama.engine;

import io.github.panallama.bench.ShortRun;
import io.github.panallama.completion.Logprobs;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// What log-probabilities add to each token: log-softmax over the vocabulary, the chosen token's rank and the likeliest
/// alternatives. The plain loops tell what the shim gains; they do less, since they read no text of an alternative.
@State(Scope.Benchmark)
public class LogprobsBenchmark extends ShortRun {
    private static final int CHOSEN = 7; // any token: its place in the row makes no difference
    private static final double ERROR = 1e-5;

    @Param({"0", "20"})
    int top;

    private Rows rows;
    private RowAnswers answers;
    private LogitRows copies;
    private MemorySegment copy;
    private float[] array;

    @Setup
    public void copy(DecodedRow row) {
        rows = new Rows(row.vocabulary, top);
        answers = new RowAnswers(row.vocabulary);
        copies = new LogitRows(0, 1, row.vocabulary.size());
        copies.add(row.context, row.index, 0);
        copy = copies.row(0);
        array = copy.toArray(ValueLayout.JAVA_FLOAT);
        compare(inContext(row));
        compare(rows.logprobs(copy, CHOSEN));
    }

    /// Times of different results would say nothing.
    private void compare(Logprobs logprobs) {
        var plain = PlainLogprobs.of(array, CHOSEN, top);
        boolean same = Math.abs(logprobs.chosen() - plain.chosen()) <= ERROR && logprobs.rank() == plain.rank();
        for (int i = 0; i < top; i++) {
            var candidate = logprobs.top().get(i);
            same &= candidate.id() == plain.ids()[i] && Math.abs(candidate.logprob() - plain.logprobs()[i]) <= ERROR;
        }
        if (!same) {
            throw new AssertionError("%s is not %s".formatted(logprobs, plain));
        }
    }

    /// As for each generated token: the row is read where llama.cpp has it.
    @Benchmark
    public Logprobs inContext(DecodedRow row) {
        var found = new AtomicReference<Logprobs>();
        answers.ask(
                row.context,
                List.of(new RowQuestion(row.index, null, CHOSEN, top)),
                (answer, _) -> found.set(answer.logprobs()));
        return found.get();
    }

    /// As for an evaluation, which has a copy of the row.
    @Benchmark
    public Logprobs ofCopy() {
        return rows.logprobs(copy, CHOSEN);
    }

    @Benchmark
    public Object plainJava() {
        return PlainLogprobs.of(array, CHOSEN, top);
    }

    @TearDown
    public void close() {
        copies.close();
    }
}
