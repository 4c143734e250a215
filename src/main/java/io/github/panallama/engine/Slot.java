package io.github.panallama.engine;

import io.github.panallama.completion.Bytes;
import io.github.panallama.completion.FinishReason;
import io.github.panallama.completion.Logprobs;
import io.github.panallama.completion.Timings;
import io.github.panallama.completion.Token;
import io.github.panallama.completion.Usage;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
    private final int number;
    private final Vocabulary vocabulary;
    private final MemorySegment scratch;
    private final PromptReader reader;
    private final StopScanner scanner;
    private final Utf8Stream decoder = new Utf8Stream();

    private final List<Integer> written = new ArrayList<>(); // chosen and evaluated: the last one chosen is not yet
    private int next;
    private int generated;
    private int textOffset;
    private long promptNanos;
    private long firstToken;
    private long lastToken;

    /// @param run the request
    /// @param number in the order in which requests are let in
    /// @param sequence its sequence in the KV cache
    /// @param reused what that holds of the prompt already
    /// @param vocabulary the model's
    /// @param scratch for reading tokens
    Slot(Run run, int number, int sequence, Reused reused, Vocabulary vocabulary, MemorySegment scratch) {
        this.run = run;
        this.request = run.request();
        this.number = number;
        this.sequence = sequence;
        this.vocabulary = vocabulary;
        this.scratch = scratch;
        this.scanner = new StopScanner(request.stopTexts());
        this.reader = new PromptReader(request, run.channel()::put, reused);
        this.textOffset = request.prompt().length();
    }

    Run run() {
        return run;
    }

    Request request() {
        return request;
    }

    int sequence() {
        return sequence;
    }

    /// {@return its place in the order in which requests were let in}
    int number() {
        return number;
    }

    int[] prompt() {
        return request.prompt().tokens();
    }

    /// {@return how many tokens of the prompt its sequence holds}
    int evaluated() {
        return reader.evaluated();
    }

    /// {@return see [Prefix#exact()]}
    int exact() {
        return reader.exact();
    }

    /// {@return whether it wants nothing of its prompt but the row that the first token is chosen from}
    boolean wantsLastRowOnly() {
        return request.firstRow() == prompt().length - 1 && request.reading().rows() == null;
    }

    /// Its sequence was made a copy of another's beginning.
    void takeOver(Reused reused) {
        reader.takeOver(reused);
    }

    /// {@return see [PromptReader#repeats()]}
    boolean repeats() {
        return reader.repeats();
    }

    /// {@return what its sequence holds, for those who come after it}
    Prefix held() {
        var prompt = request.prompt().tokens();
        var tokens = Arrays.copyOf(prompt, reader.evaluated() + written.size());
        System.arraycopy(prompt, 0, tokens, 0, reader.evaluated());
        for (int i = 0; i < written.size(); i++) {
            tokens[reader.evaluated() + i] = written.get(i);
        }
        return new Prefix(tokens, reader.exact());
    }

    /// {@return whether its next turn would change something: it is to be ended, or its consumer has room}
    boolean canAdvance() {
        return run.cancelled() != null || run.channel().hasRoom();
    }

    boolean readsPrompt() {
        return !reader.done();
    }

    /// {@return how many tokens of the prompt are not evaluated yet}
    int promptLeft() {
        return reader.left();
    }

    /// Puts the next chunk of the prompt into the batch.
    void addPrompt(Context context) {
        reader.add(context, sequence);
    }

    /// Takes what is wanted of the chunk that was evaluated.
    ///
    /// @param nanos how long it took to evaluate
    /// @return the row that the first token is chosen from, or -1
    int readPrompt(Context context, RowAnswers answers, long nanos) {
        promptNanos += nanos;
        return reader.read(context, answers);
    }

    /// Puts the token chosen last into the batch.
    ///
    /// @return its row
    int addNext(Context context) {
        return context.add(next, request.prompt().tokens().length + generated - 1, sequence, true);
    }

    /// {@return what is to be asked of the row that the next token is chosen from}
    RowQuestion question(Context context, int row) {
        return run.chain().question(context, row, request.options().logprobs().orElse(RowQuestion.NONE));
    }

    /// Takes the token that was chosen and hands over what can be shown.
    ///
    /// @return why the request ends here, or null if it goes on
    @Nullable
    FinishReason take(RowAnswers.Answer answer) {
        if (generated > 0) {
            written.add(next);
        }
        next = answer.token();
        lastToken = System.nanoTime();
        if (generated == 0) {
            firstToken = lastToken;
        }
        var stop = request.stopTokens().get(next);
        if (stop instanceof FinishReason.Stop && !vocabulary.endsGeneration(next)) { // what ends a text never counts
            generated++;
        }
        if (stop != null) {
            return end(stop);
        }
        if (vocabulary.endsGeneration(next)) {
            return end(new FinishReason.EndOfText());
        }
        generated++;
        var bytes = vocabulary.piece(next, request.prompt().form().spoken().contains(next), scratch);
        var logprobs =
                request.options().logprobs().isPresent() ? Optional.of(answer.logprobs()) : Optional.<Logprobs>empty();
        var text = decoder.feed(bytes);
        scanner.feed(new Token(next, text, Bytes.of(bytes), textOffset, logprobs))
                .forEach(run.channel()::put);
        textOffset += text.codePointCount(0, text.length());
        var match = scanner.match();
        if (match != null) {
            return request.stoppedBy(match);
        }
        return generated == request.maxTokens() ? end(new FinishReason.Length()) : null;
    }

    /// Shows what was held back.
    FinishReason end(FinishReason reason) {
        scanner.flush().forEach(run.channel()::put);
        return reason;
    }

    Outcome outcome(FinishReason reason) {
        var timings = new Timings(
                Duration.ofNanos(promptNanos),
                Duration.ofNanos(firstToken == 0 ? 0 : firstToken - run.submitted()),
                Duration.ofNanos(lastToken - firstToken),
                reader.computed(),
                Math.max(generated - 1, 0));
        return new Outcome(
                reason,
                new Usage(request.prompt().tokens().length, generated),
                request.seed(),
                request.limits(),
                timings);
    }
}
