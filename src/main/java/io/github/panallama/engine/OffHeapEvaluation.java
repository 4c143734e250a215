package io.github.panallama.engine;

import io.github.panallama.completion.Candidate;
import io.github.panallama.completion.Evaluation;
import io.github.panallama.completion.Logprobs;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Cleaner;
import java.util.List;
import java.util.Objects;

/// An [Evaluation] over [LogitRows].
final class OffHeapEvaluation implements Evaluation {
    /// The net under an evaluation that nobody closes.
    private static final Cleaner CLEANER = Cleaner.create();

    private final Vocabulary vocabulary;
    private final TokenizerThread tokenizer; // texts of tokens are read there: it ends before the model does
    private final int[] tokens;
    private final LogitRows rows;
    private final Cleaner.Cleanable memory;
    private boolean closed; // guarded by this, as every use of the rows

    /// @param vocabulary the rows' tokens
    /// @param tokenizer the model's
    /// @param tokens that were evaluated
    /// @param rows their last rows, or all; closed with this
    OffHeapEvaluation(Vocabulary vocabulary, TokenizerThread tokenizer, int[] tokens, LogitRows rows) {
        this.vocabulary = vocabulary;
        this.tokenizer = tokenizer;
        this.tokens = tokens;
        this.rows = rows;
        this.memory = CLEANER.register(this, rows::close);
    }

    @Override
    public int[] tokens() {
        return tokens.clone();
    }

    @Override
    public int positions() {
        return tokens.length;
    }

    @Override
    public int vocabularySize() {
        return rows.vocabularySize();
    }

    @Override
    public synchronized float logit(int position, int token) {
        return row(position).getAtIndex(ValueLayout.JAVA_FLOAT, checked(token));
    }

    @Override
    public synchronized float logprob(int position, int token) {
        return logprobs(position, 0, checked(token)).chosen();
    }

    @Override
    public synchronized void copyRow(int position, float[] row) {
        if (row.length < vocabularySize()) {
            throw new IllegalArgumentException(
                    "the array holds %,d numbers, a row has %,d".formatted(row.length, vocabularySize()));
        }
        MemorySegment.copy(row(position), ValueLayout.JAVA_FLOAT, 0, row, 0, vocabularySize());
    }

    @Override
    public synchronized List<Candidate> top(int position, int n) {
        if (n < 0) {
            throw new IllegalArgumentException("n is %d, must be 0 or more".formatted(n));
        }
        return logprobs(position, n, -1).top();
    }

    private Logprobs logprobs(int position, int n, int token) {
        var row = row(position);
        return tokenizer.call(() -> new Rows(vocabulary, n).logprobs(row, token));
    }

    private MemorySegment row(int position) {
        if (closed) {
            throw new IllegalStateException("Evaluation is closed");
        }
        Objects.checkIndex(position, tokens.length);
        if (position < rows.first()) {
            throw new IllegalStateException(
                    "the logits of position %d were not kept, only those of the last one, %d: load the model with ModelOptions.withLogitsAll(true)"
                            .formatted(position, rows.first()));
        }
        return rows.row(position);
    }

    private int checked(int token) {
        if (token < 0 || token >= vocabularySize()) { // not the vocabulary's own check: its model may be closed
            throw new IllegalArgumentException(
                    "token id %d is not in this model's vocabulary of %d".formatted(token, vocabularySize()));
        }
        return token;
    }

    @Override
    public synchronized void close() {
        closed = true;
        memory.clean();
    }
}
