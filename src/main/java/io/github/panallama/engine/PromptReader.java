package io.github.panallama.engine;

import io.github.panallama.completion.Token;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Evaluates one request's prompt chunk by chunk, and hands on what is wanted of it.
///
/// Chunks end at fixed positions, counted from 0, whatever else runs: the same prompt is always computed in the same
/// shapes, so it gives the same bits. A chunk of which more rows are wanted than a call can keep is cut into calls of
/// that many tokens: a text of any length is scored in bounded memory.
final class PromptReader {
    private final int[] tokens;
    private final int end;
    private final int firstRow;
    private final boolean generates;
    private final Reading reading;
    private final @Nullable Rows rows;
    private final Consumer<Token> out;
    private int evaluated;
    private int batchEnd;
    private boolean whole; // the batch is one whole chunk
    private int exact;

    /// @param request whose prompt it is
    /// @param rows reduces rows to log-probabilities, if those are wanted
    /// @param out takes the prompt's tokens, if those are wanted
    /// @param reused what the sequence holds already
    PromptReader(Request request, @Nullable Rows rows, Consumer<Token> out, Prefix reused) {
        this.tokens = request.prompt().tokens();
        this.end = request.evaluatedTokens();
        this.firstRow = request.firstRow();
        this.generates = request.maxTokens() > 0;
        this.reading = request.reading();
        this.rows = rows;
        this.out = out;
        this.evaluated = reused.length();
        this.exact = reused.exact();
        showWithoutRows();
    }

    /// The tokens that need no row, or have none: all if nobody asks for log-probabilities, else the one that nothing
    /// comes before.
    private void showWithoutRows() {
        if (rows == null) {
            reading.shown().forEach(out);
        } else if (reading.from() == 0 && !reading.shown().isEmpty()) {
            out.accept(reading.shown().getFirst());
        }
    }

    boolean done() {
        return evaluated >= end;
    }

    int evaluated() {
        return evaluated;
    }

    /// {@return how many tokens any other request with the same beginning may take over: see [Prefix#exact()]}
    int exact() {
        return exact;
    }

    /// Puts the next tokens into the batch.
    void add(Context context, int sequence) {
        int chunk = context.batchSize();
        int start = evaluated / chunk * chunk;
        int chunkEnd = Math.min(start + chunk, end);
        boolean cut = chunkEnd - Math.max(start, firstRow) > context.maxRows();
        batchEnd = cut ? Math.min((evaluated / context.maxRows() + 1) * context.maxRows(), chunkEnd) : chunkEnd;
        whole = batchEnd - evaluated == chunk;
        for (int i = evaluated; i < batchEnd; i++) {
            context.add(tokens[i], i, sequence, i >= firstRow);
        }
    }

    /// Takes what is wanted from the batch that was evaluated.
    ///
    /// @return the row that the first token is chosen from, or -1
    int read(Context context) {
        int begin = evaluated;
        for (int i = Math.max(begin, firstRow); i < batchEnd; i++) {
            take(context, i - begin, i);
        }
        if (whole && exact == begin) {
            exact = batchEnd;
        }
        evaluated = batchEnd;
        return generates && evaluated == end ? end - 1 - begin : -1;
    }

    private void take(Context context, int row, int position) {
        int next = position + 1;
        if (rows != null
                && next >= reading.from()
                && next < reading.from() + reading.shown().size()) {
            var logprobs = rows.logprobs(context, row, tokens[next]);
            out.accept(reading.shown().get(next - reading.from()).withLogprobs(Optional.of(logprobs)));
        }
        var raw = reading.rows();
        if (raw != null && position >= raw.first()) {
            raw.add(context, row, position);
        }
    }
}
