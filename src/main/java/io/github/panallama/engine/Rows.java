package io.github.panallama.engine;

import io.github.panallama.completion.Bytes;
import io.github.panallama.completion.Candidate;
import io.github.panallama.completion.Logprobs;
import io.github.panallama.ffi.Status;
import io.github.panallama.ffi.gen.panallama_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;

/// Reduces a row of logits to log-probabilities, in the shim: the row itself never comes to the Java heap.
///
/// For one request; its buffers are as large as the number of alternatives asked for and are reused for every token.
final class Rows {
    private final Vocabulary vocabulary;
    private final int top;
    private final MemorySegment chosen;
    private final MemorySegment ids;
    private final MemorySegment logprobs;
    private final MemorySegment scratch;

    /// @param vocabulary whose tokens the rows are over
    /// @param alternatives how many are wanted; more than the vocabulary has means all
    Rows(Vocabulary vocabulary, int alternatives) {
        this.vocabulary = vocabulary;
        this.top = Math.min(alternatives, vocabulary.size());
        var arena = Arena.ofAuto();
        chosen = arena.allocate(ValueLayout.JAVA_INT, 2);
        ids = arena.allocate(ValueLayout.JAVA_INT, Math.max(top, 1));
        logprobs = arena.allocate(ValueLayout.JAVA_FLOAT, Math.max(top, 1));
        scratch = Vocabulary.scratch(arena);
    }

    /// {@return the log-probabilities at a row}
    ///
    /// @param context that has just evaluated the row
    /// @param row its index in the batch
    /// @param token the one that was chosen
    Logprobs logprobs(Context context, int row, int token) {
        return read(token, panallama_h.pan_logprobs(context.pointer(), row, token, top, chosen, rank(), ids, logprobs));
    }

    /// {@return the log-probabilities of a row that was copied}
    ///
    /// @param row raw logits
    /// @param token the one that is asked for, or -1 for none
    Logprobs logprobs(MemorySegment row, int token) {
        return read(
                token, panallama_h.pan_logprobs_of(row, vocabulary.size(), token, top, chosen, rank(), ids, logprobs));
    }

    private MemorySegment rank() {
        return chosen.asSlice(Integer.BYTES, Integer.BYTES);
    }

    private Logprobs read(int token, int rc) {
        int n = Status.check(rc, "computing log-probabilities");
        float logprob = chosen.get(ValueLayout.JAVA_FLOAT, 0);
        var candidates = new ArrayList<Candidate>(n + 1);
        boolean listed = token < 0;
        for (int i = 0; i < n; i++) {
            int id = ids.getAtIndex(ValueLayout.JAVA_INT, i);
            listed |= id == token;
            candidates.add(candidate(id, logprobs.getAtIndex(ValueLayout.JAVA_FLOAT, i)));
        }
        if (!listed) {
            candidates.add(candidate(token, logprob));
        }
        return new Logprobs(logprob, rank().get(ValueLayout.JAVA_INT, 0), candidates);
    }

    private Candidate candidate(int id, float logprob) {
        var bytes = vocabulary.piece(id, true, scratch);
        return new Candidate(id, new String(bytes, StandardCharsets.UTF_8), Bytes.of(bytes), logprob);
    }
}
