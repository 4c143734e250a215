package io.github.panallama.engine;

import io.github.panallama.completion.Logprobs;
import io.github.panallama.ffi.Status;
import io.github.panallama.ffi.Strings;
import io.github.panallama.ffi.gen.pan_row;
import io.github.panallama.ffi.gen.panallama_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.ObjIntConsumer;

/// Has all rows of a step answered by the shim in one call, over threads: the logits never come to the Java heap.
///
/// Its buffers are kept; where more alternatives are asked for than they hold, it takes several calls. Used by the
/// scheduler's thread only.
final class RowAnswers {
    private static final int CALL = 256; // rows in one call

    private final LogprobReader reader;
    private final int vocabularySize;
    private final int room; // alternatives in one call
    private final MemorySegment rows;
    private final MemorySegment ids;
    private final MemorySegment logprobs;

    /// @param vocabulary whose tokens the rows are over
    RowAnswers(Vocabulary vocabulary) {
        reader = new LogprobReader(vocabulary);
        vocabularySize = vocabulary.size();
        room = Math.max(vocabularySize, 1 << 14);
        var arena = Arena.ofAuto();
        rows = pan_row.allocateArray(CALL, arena);
        ids = arena.allocate(ValueLayout.JAVA_INT, room);
        logprobs = arena.allocate(ValueLayout.JAVA_FLOAT, room);
    }

    /// Asks, and hands over each answer, in order. An answer is gone when the consumer returns.
    ///
    /// @param context that has just evaluated the rows
    /// @param questions about its rows, each chain in one of them only
    /// @param use gets each answer and the index of its question
    void ask(Context context, List<RowQuestion> questions, ObjIntConsumer<Answer> use) {
        for (int from = 0; from < questions.size(); ) {
            int n = put(questions, from);
            Status.check(panallama_h.pan_rows_answer(context.pointer(), rows, n), "reading the logits");
            for (int i = 0; i < n; i++) {
                use.accept(new Answer(pan_row.asSlice(rows, i)), from + i);
            }
            from += n;
        }
    }

    /// {@return how many questions there was room for}
    private int put(List<RowQuestion> questions, int from) {
        int n = 0;
        int used = 0;
        while (n < CALL && from + n < questions.size()) {
            var question = questions.get(from + n);
            int top = Math.min(question.top(), vocabularySize);
            if (used + Math.max(top, 0) > room) {
                break;
            }
            var row = pan_row.asSlice(rows, n);
            pan_row.row(row, question.row());
            pan_row.top_n(row, top);
            pan_row.chain(
                    row,
                    question.chain() == null
                            ? MemorySegment.NULL
                            : question.chain().pointer());
            pan_row.token(row, question.token());
            pan_row.ids(row, ids.asSlice((long) used * Integer.BYTES));
            pan_row.logprobs(row, logprobs.asSlice((long) used * Float.BYTES));
            used += Math.max(top, 0);
            n++;
        }
        return n;
    }

    /// The answer to a question.
    final class Answer {
        private final MemorySegment row;

        private Answer(MemorySegment row) {
            this.row = row;
        }

        /// {@return the token that was chosen or given}
        ///
        /// @throws io.github.panallama.error.LlamaException if the chain left none
        int token() {
            check();
            return pan_row.token(row);
        }

        /// {@return the log-probabilities}
        Logprobs logprobs() {
            check();
            int n = pan_row.top_n(row);
            return reader.read(
                    pan_row.token(row),
                    pan_row.logprob(row),
                    pan_row.rank(row),
                    n,
                    part(ids, pan_row.ids(row)),
                    part(logprobs, pan_row.logprobs(row)));
        }

        private MemorySegment part(MemorySegment whole, MemorySegment begin) {
            return whole.asSlice(begin.address() - whole.address());
        }

        private void check() {
            int status = pan_row.status(row);
            if (status < 0) {
                throw Status.exception(status, "sampling", Strings.cText(pan_row.error(row)));
            }
        }
    }
}
