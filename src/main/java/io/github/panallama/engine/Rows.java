package io.github.panallama.engine;

import io.github.panallama.completion.Logprobs;
import io.github.panallama.ffi.Status;
import io.github.panallama.ffi.gen.panallama_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Reduces rows of logits that were copied to log-probabilities, in the shim: no row ever comes to the Java heap.
///
/// Its buffers are as large as the number of alternatives asked for and are reused for every row.
final class Rows {
    private final Vocabulary vocabulary;
    private final LogprobReader reader;
    private final int top;
    private final MemorySegment logprob;
    private final MemorySegment rank;
    private final MemorySegment ids;
    private final MemorySegment logprobs;

    /// @param vocabulary whose tokens the rows are over
    /// @param alternatives how many are wanted; more than the vocabulary has means all
    Rows(Vocabulary vocabulary, int alternatives) {
        this.vocabulary = vocabulary;
        this.reader = new LogprobReader(vocabulary);
        this.top = Math.min(alternatives, vocabulary.size());
        var arena = Arena.ofAuto();
        logprob = arena.allocate(ValueLayout.JAVA_FLOAT);
        rank = arena.allocate(ValueLayout.JAVA_INT);
        ids = arena.allocate(ValueLayout.JAVA_INT, Math.max(top, 1));
        logprobs = arena.allocate(ValueLayout.JAVA_FLOAT, Math.max(top, 1));
    }

    /// {@return the log-probabilities of a row}
    ///
    /// @param row raw logits
    /// @param token the one that is asked for, or -1 for none
    Logprobs logprobs(MemorySegment row, int token) {
        int n = Status.check(
                panallama_h.pan_logprobs_of(row, vocabulary.size(), token, top, logprob, rank, ids, logprobs),
                "computing log-probabilities");
        return reader.read(
                token, logprob.get(ValueLayout.JAVA_FLOAT, 0), rank.get(ValueLayout.JAVA_INT, 0), n, ids, logprobs);
    }
}
