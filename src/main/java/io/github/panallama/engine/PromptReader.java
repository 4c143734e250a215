package io.github.panallama.engine;

import io.github.panallama.completion.Token;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.Consumer;

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
    private final int alternatives; // RowQuestion.NONE if no log-probabilities are wanted
    private final Consumer<Token> out;
    private int evaluated;
    private int begun; // where the last batch began
    private int computed;
    private int batchEnd;
    private boolean whole; // the batch is one whole chunk
    private int exact;

    /// @param request whose prompt it is
    /// @param out takes the prompt's tokens, if those are wanted
    /// @param reused what the sequence holds already
    PromptReader(Request request, Consumer<Token> out, Reused reused) {
        this.tokens = request.prompt().tokens();
        this.end = request.evaluatedTokens();
        this.firstRow = request.firstRow();
        this.generates = request.maxTokens() > 0;
        this.reading = request.reading();
        this.alternatives = request.options().logprobs().orElse(RowQuestion.NONE);
        this.out = out;
        takeOver(reused);
        showWithoutRows();
    }

    /// The tokens that need no row, or have none: all if nobody asks for log-probabilities, else the one that nothing
    /// comes before.
    private void showWithoutRows() {
        if (alternatives == RowQuestion.NONE) {
            reading.shown().forEach(out);
        } else if (reading.from() == 0 && !reading.shown().isEmpty()) {
            out.accept(reading.shown().getFirst());
        }
    }

    boolean done() {
        return evaluated >= end;
    }

    /// {@return how many tokens are still to be evaluated}
    int left() {
        return Math.max(end - evaluated, 0);
    }

    int evaluated() {
        return evaluated;
    }

    /// {@return how many tokens this request has evaluated itself}
    int computed() {
        return computed;
    }

    /// Goes on behind tokens that others have evaluated.
    void takeOver(Reused reused) {
        evaluated = reused.length();
        begun = evaluated;
        exact = reused.exact();
    }

    /// {@return whether all that is evaluated is what any other request with the same beginning would compute, also
    /// what
    /// is no whole chunk: evaluated in one call from the last whole one on}
    boolean repeats() {
        return evaluated == exact || begun == exact;
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
    int read(Context context, RowAnswers answers) {
        begun = evaluated;
        if (alternatives != RowQuestion.NONE) {
            show(context, answers);
        }
        var raw = reading.rows();
        if (raw != null) {
            for (int i = Math.max(begun, raw.first()); i < batchEnd; i++) {
                raw.add(context, i - begun, i);
            }
        }
        if (whole && exact == begun) {
            exact = batchEnd;
        }
        evaluated = batchEnd;
        computed += batchEnd - begun;
        return generates && evaluated == end ? end - 1 - begun : -1;
    }

    /// Hands over the tokens that the batch has rows for: row i tells of token i + 1.
    private void show(Context context, RowAnswers answers) {
        int from = Math.max(Math.max(evaluated, firstRow) + 1, reading.from());
        int to = Math.min(batchEnd + 1, reading.from() + reading.shown().size());
        var questions = new ArrayList<RowQuestion>();
        for (int i = from; i < to; i++) {
            questions.add(new RowQuestion(i - 1 - evaluated, null, tokens[i], alternatives));
        }
        answers.ask(
                context,
                questions,
                (answer, i) -> out.accept(
                        reading.shown().get(from + i - reading.from()).withLogprobs(Optional.of(answer.logprobs()))));
    }
}
