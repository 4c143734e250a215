package io.github.panallama.engine;

import io.github.panallama.completion.Bytes;
import io.github.panallama.completion.Candidate;
import io.github.panallama.completion.Logprobs;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;

/// Makes values of the log-probabilities that the shim writes: ids get their texts.
final class LogprobReader {
    private final Vocabulary vocabulary;
    private final MemorySegment scratch = Vocabulary.scratch(Arena.ofAuto());

    /// @param vocabulary whose tokens they are about
    LogprobReader(Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
    }

    /// {@return the log-probabilities at a position}
    ///
    /// @param token the one that was chosen, or -1 for none; it is listed even where it is not among the likeliest
    /// @param logprob its log-probability
    /// @param rank its rank, from 1
    /// @param n how many likeliest tokens there are
    /// @param ids theirs, likeliest first
    /// @param logprobs theirs
    Logprobs read(int token, float logprob, int rank, int n, MemorySegment ids, MemorySegment logprobs) {
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
        return new Logprobs(logprob, rank, candidates);
    }

    private Candidate candidate(int id, float logprob) {
        var bytes = vocabulary.piece(id, true, scratch);
        return new Candidate(id, new String(bytes, StandardCharsets.UTF_8), Bytes.of(bytes), logprob);
    }
}
