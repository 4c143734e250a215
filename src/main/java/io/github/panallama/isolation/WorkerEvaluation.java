package io.github.panallama.isolation;

import io.github.panallama.completion.Candidate;
import io.github.panallama.completion.Evaluation;
import java.lang.ref.Cleaner;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// An evaluation that stays in the worker: a row comes over when it is asked for, and the last one is kept.
final class WorkerEvaluation implements Evaluation {
    /// The net under an evaluation that nobody closes.
    private static final Cleaner CLEANER = Cleaner.create();

    private final WorkerProcess process;
    private final long id;
    private final ToWorker.Evaluated facts;
    private final Cleaner.Cleanable memory;
    private int position = -1; // guarded by this, as what follows
    private float @Nullable [] row;
    private boolean closed;

    WorkerEvaluation(WorkerProcess process, long id, ToWorker.Evaluated facts) {
        this.process = process;
        this.id = id;
        this.facts = facts;
        this.memory = CLEANER.register(this, () -> process.say(new ToWorker.Release(id)));
    }

    @Override
    public int[] tokens() {
        return facts.tokens().stream().mapToInt(Integer::intValue).toArray();
    }

    @Override
    public int positions() {
        return facts.tokens().size();
    }

    @Override
    public int vocabularySize() {
        return facts.vocabularySize();
    }

    @Override
    public synchronized float logit(int position, int token) {
        var logits = row(position);
        if (token < 0 || token >= logits.length) {
            throw new IllegalArgumentException(
                    "token id %d is not in this model's vocabulary of %d".formatted(token, logits.length));
        }
        return logits[token];
    }

    @Override
    public synchronized float logprob(int position, int token) {
        refuseClosed();
        return process.ask(call -> new ToWorker.Logprob(call, id, position, token), Float.class);
    }

    @Override
    public synchronized void copyRow(int position, float[] row) {
        if (row.length < vocabularySize()) {
            throw new IllegalArgumentException(
                    "the array holds %,d numbers, a row has %,d".formatted(row.length, vocabularySize()));
        }
        var logits = row(position);
        System.arraycopy(logits, 0, row, 0, logits.length);
    }

    @Override
    public synchronized List<Candidate> top(int position, int n) {
        refuseClosed();
        return List.of(process.ask(call -> new ToWorker.Top(call, id, position, n), Candidate[].class));
    }

    private float[] row(int position) {
        refuseClosed();
        Objects.checkIndex(position, positions());
        var logits = row;
        if (logits == null || position != this.position) {
            logits = process.ask(call -> new ToWorker.Row(call, id, position), float[].class);
            row = logits;
            this.position = position;
        }
        return logits;
    }

    private void refuseClosed() {
        if (closed) {
            throw new IllegalStateException("Evaluation is closed");
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        memory.clean();
    }
}
