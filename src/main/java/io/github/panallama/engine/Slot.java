package io.github.panallama.engine;

import io.github.panallama.completion.Bytes;
import io.github.panallama.completion.FinishReason;
import io.github.panallama.completion.Timings;
import io.github.panallama.completion.Token;
import io.github.panallama.completion.Usage;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A running request and its sequence in the KV cache: what has been evaluated, what comes next, when it ends.
///
/// Used by the scheduler's thread only. Its life: evaluate the prompt chunk by chunk, choose a token from the last row,
/// then evaluate that token, choose the next, and so on.
final class Slot {
    private final Run run;
    private final Request request;
    private final int sequence;
    private final Vocabulary vocabulary;
    private final SamplerChain chain;
    private final @Nullable Rows rows;
    private final MemorySegment scratch;
    private final StopScanner scanner;
    private final Utf8Stream decoder = new Utf8Stream();

    private int evaluated;
    private int next;
    private int generated;
    private long promptNanos;
    private long firstToken;
    private long lastToken;

    /// @param run the request
    /// @param sequence its sequence in the KV cache
    /// @param contextSize tokens that the sequence may hold
    /// @param vocabulary the model's
    /// @param scratch for reading tokens
    Slot(Run run, int sequence, int contextSize, Vocabulary vocabulary, MemorySegment scratch) {
        this.run = run;
        this.request = run.request();
        this.sequence = sequence;
        this.vocabulary = vocabulary;
        this.scratch = scratch;
        this.scanner = new StopScanner(request.options().stop());
        var logprobs = request.options().logprobs();
        this.rows = logprobs.isPresent() ? new Rows(vocabulary, logprobs.getAsInt()) : null;
        this.chain = SamplerChain.of(
                request.options().sampling().chain(), vocabulary, request.seed(), request.prompt(), contextSize);
    }

    Run run() {
        return run;
    }

    int sequence() {
        return sequence;
    }

    /// {@return whether its next turn would change something: it is to be ended, or its consumer has room}
    boolean canAdvance() {
        return run.cancelled() != null || run.channel().hasRoom();
    }

    boolean readsPrompt() {
        return evaluated < request.prompt().length;
    }

    /// Puts the next chunk of the prompt into the batch. Chunks end at fixed positions whatever else runs, so that the
    /// same
    /// prompt is always computed in the same shapes.
    ///
    /// @return the row of its last token, or -1 if more chunks follow
    int addPrompt(Context context, int chunk) {
        int end = Math.min((evaluated / chunk + 1) * chunk, request.prompt().length);
        boolean last = end == request.prompt().length;
        int row = -1;
        for (; evaluated < end; evaluated++) {
            row = context.add(request.prompt()[evaluated], evaluated, sequence, last && evaluated == end - 1);
        }
        return last ? row : -1;
    }

    /// Puts the token chosen last into the batch.
    ///
    /// @return its row
    int addNext(Context context) {
        return context.add(next, evaluated++, sequence, true);
    }

    void addPromptTime(long nanos) {
        promptNanos += nanos;
    }

    /// Chooses a token from a row and hands over what can be shown.
    ///
    /// @return why the request ends here, or null if it goes on
    @Nullable
    FinishReason choose(Context context, int row) {
        next = chain.sample(context, row);
        lastToken = System.nanoTime();
        if (generated == 0) {
            firstToken = lastToken;
        }
        var stop = request.stopTokens().get(next);
        if (stop == null && vocabulary.endsGeneration(next)) {
            return end(new FinishReason.EndOfText());
        }
        if (stop != null) {
            generated += vocabulary.endsGeneration(next) ? 0 : 1; // the token that ends a text never counts
            return end(new FinishReason.Stop(stop));
        }
        generated++;
        var bytes = vocabulary.piece(next, false, scratch);
        var logprobs = Optional.ofNullable(rows).map(r -> r.logprobs(context, row, next));
        var token = new Token(next, decoder.feed(bytes), Bytes.of(bytes), logprobs);
        scanner.feed(token).forEach(run.channel()::put);
        var match = scanner.match();
        if (match != null) {
            return new FinishReason.Stop(match);
        }
        return generated == request.maxTokens() ? end(new FinishReason.Length()) : null;
    }

    /// Shows what was held back.
    FinishReason end(FinishReason reason) {
        scanner.flush().forEach(run.channel()::put);
        return reason;
    }

    Outcome outcome(FinishReason reason) {
        var prompt = request.prompt().length;
        var timings = new Timings(
                Duration.ofNanos(promptNanos),
                Duration.ofNanos(firstToken == 0 ? 0 : firstToken - run.submitted()),
                Duration.ofNanos(lastToken - firstToken),
                Math.min(evaluated, prompt),
                Math.max(generated - 1, 0));
        return new Outcome(reason, new Usage(prompt, generated), request.seed(), timings);
    }

    void close() {
        chain.close();
    }
}
