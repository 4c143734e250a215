package io.github.panallama.engine;

import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.Score;
import io.github.panallama.completion.ScoreOptions;
import io.github.panallama.completion.Timings;
import io.github.panallama.completion.Token;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Scores texts of any length: as prompts that are read and not continued, window by window where a text is longer than
/// the context.
final class Scorer {
    private final Vocabulary vocabulary;
    private final Prompts prompts;
    private final TokenizerThread tokenizer;
    private final Intake intake;
    private final int contextSize;

    /// @param vocabulary the model's
    /// @param prompts makes tokens of texts
    /// @param tokenizer where that is done
    /// @param intake where requests begin
    /// @param contextSize tokens of a window
    Scorer(Vocabulary vocabulary, Prompts prompts, TokenizerThread tokenizer, Intake intake, int contextSize) {
        this.vocabulary = vocabulary;
        this.prompts = prompts;
        this.tokenizer = tokenizer;
        this.intake = intake;
        this.contextSize = contextSize;
    }

    /// A text as it is scored.
    ///
    /// @param whole what the model reads
    /// @param shown its tokens without BOS
    /// @param from index, BOS counted, of the first token that is scored
    private record Text(Prompt whole, List<Token> shown, int from) {}

    Score score(String text, ScoreOptions options) {
        long start = System.nanoTime();
        return score(
                tokenizer.call(() -> {
                    var whole = prompts.of(text, options.parseSpecial());
                    return new Text(whole, PromptTokens.of(vocabulary, whole), whole.added());
                }),
                options,
                start);
    }

    /// Scores each of what may follow a prompt; see [#continued].
    List<Score> score(String prompt, List<String> continuations, ScoreOptions options) {
        long start = System.nanoTime();
        var texts = continuations.stream()
                .map(continuation -> continued(prompt, continuation, options))
                .toList();
        return texts.stream().map(text -> score(text, options, start)).toList();
    }

    /// What may follow a prompt, cut into tokens as lm-evaluation-harness does (`_encode_pair`): white space at
    /// the end of the prompt belongs to the continuation, and its tokens are those that the whole text has more
    /// than the
    /// prompt alone.
    private Text continued(String prompt, String continuation, ScoreOptions options) {
        if (continuation.isEmpty()) {
            throw new IllegalArgumentException("a continuation is empty: there is nothing to score");
        }
        return tokenizer.call(() -> {
            var whole = prompts.unended(prompt + continuation, options.parseSpecial());
            var before = prompts.unended(prompt.stripTrailing(), options.parseSpecial());
            int from = Math.clamp(
                    before.tokens().length, whole.added(), Math.max(whole.tokens().length - 1, whole.added()));
            return new Text(whole, PromptTokens.of(vocabulary, whole), from);
        });
    }

    /// @param start of the time that the deadline is about, for all windows together
    private Score score(Text text, ScoreOptions options, long start) {
        int[] tokens = text.whole().tokens();
        int added = text.whole().added();
        int stride = stride(options);
        var request = CompletionOptions.DEFAULT
                .withMaxTokens(0)
                .withLogprobs(options.top())
                .withControl(options.control());
        var scored = new ArrayList<Token>();
        var timings = Timings.NONE;
        int done = text.from();
        for (int begin = 0; done < tokens.length; begin += stride) {
            int end = Math.min(begin + contextSize, tokens.length);
            if (end <= done) {
                continue; // the window lies in a prompt whose continuation is scored
            }
            var window = Arrays.copyOfRange(tokens, begin, end);
            if (begin > 0 && added > 0) {
                window[0] = tokens[0]; // BOS
            }
            var wanted = text.shown().subList(done - added, end - added);
            var run = intake.submit(new Prompt(window, "", 0), request, Reading.tokens(wanted, done - begin), start);
            run.drain(scored::add);
            timings = timings.plus(run.outcome().timings());
            done = end;
        }
        return new Score(scored, timings);
    }

    private int stride(ScoreOptions options) {
        int stride = options.stride() == 0 ? Math.max(contextSize / 2, 1) : options.stride();
        if (stride >= contextSize && stride > 1) {
            throw new IllegalArgumentException(
                    "stride is %,d, must be less than the context's %,d tokens".formatted(stride, contextSize));
        }
        return stride;
    }
}
