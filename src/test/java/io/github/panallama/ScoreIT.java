package io.github.panallama;

import static io.github.panallama.Failures.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.completion.Cancel;
import io.github.panallama.completion.Completion;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.ScoreOptions;
import io.github.panallama.completion.Token;
import io.github.panallama.fixture.BigramModel;
import io.github.panallama.fixture.Models;
import io.github.panallama.fixture.RandomModel;
import io.github.panallama.fixture.TensorType;
import io.github.panallama.fixture.TestVocabulary;
import io.github.panallama.model.FlashAttention;
import io.github.panallama.model.KvCache;
import io.github.panallama.model.KvType;
import io.github.panallama.model.ModelOptions;
import io.github.panallama.sampling.Sampling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Scoring, against designed tables and against what the model says while it generates.
class ScoreIT {
    private static final BigramModel MODEL = BigramModel.builder(TestVocabulary.standard())
            .name("score")
            .never("</s>")
            .build();
    private static final String TEXT = "the sand and the sea in a tin 日 é 😀 again ";
    private static final Llama LLAMA = Llama.load(
            Models.file(MODEL), ModelOptions.DEFAULT.withContextSize(512).withThreads(1));
    private static final RandomModel RANDOM = RandomModel.of(TensorType.F32);

    /// All in F32 and without flash attention, which computes in F16: there, shapes show in the third digit.
    private static final Llama ATTENTIVE = Llama.load(
            RANDOM.file(),
            ModelOptions.DEFAULT
                    .withContextSize(256)
                    .withThreads(1)
                    .withKvCache(new KvCache(KvType.F32, KvType.F32, FlashAttention.OFF)));

    @AfterAll
    static void close() {
        LLAMA.close();
        ATTENTIVE.close();
    }

    private static String joined(List<Token> tokens) {
        return tokens.stream().map(Token::text).collect(Collectors.joining());
    }

    @Test
    void aTextAgainstTheDesignedTable() {
        for (var text : List.of("a", TEXT, TEXT.repeat(12))) {
            var score = LLAMA.score(text, ScoreOptions.DEFAULT.withTop(3));
            assertEquals(text, joined(score.tokens()));
            int current = TestVocabulary.BOS;
            double sum = 0;
            for (var token : score.tokens()) {
                double expected = MODEL.logProbabilities(current)[token.id()];
                assertEquals(expected, token.logprob(), 1e-5);
                assertTrue(token.logprobs().orElseThrow().top().size() >= 3);
                assertEquals(
                        MODEL.greedy(current),
                        token.logprobs().orElseThrow().top().getFirst().id());
                sum += expected;
                current = token.id();
            }
            assertEquals(score.tokens().size(), score.count());
            assertEquals(sum, score.sumLogprob(), 1e-5 * score.count());
            assertEquals(Math.exp(-sum / score.count()), score.perplexity(), 1e-3);
        }
    }

    /// Far beyond the context: the table depends on the last token only, so windows must not show at all.
    @Test
    void aTextOfAnyLength() {
        var text = TEXT.repeat(100);
        var score = LLAMA.score(text, ScoreOptions.DEFAULT.withStride(200));
        assertEquals(text, joined(score.tokens()));
        assertTrue(score.count() > 3 * 512);
        int current = TestVocabulary.BOS;
        for (var token : score.tokens()) {
            assertEquals(MODEL.logProbabilities(current)[token.id()], token.logprob(), 1e-5);
            assertTrue(text.startsWith(token.text(), text.offsetByCodePoints(0, token.textOffset())));
            current = token.id();
        }
    }

    /// Windows by hand: each is a prompt of its own whose last tokens count.
    @Test
    void theWindowsAreWhereTheyAreSaidToBe() {
        var text = TEXT.repeat(20);
        int context = 256;
        int stride = 100;
        var score = ATTENTIVE.score(text, ScoreOptions.DEFAULT.withStride(stride));
        int[] tokens = ids(text);
        var expected = new ArrayList<Float>();
        for (int begin = 0; expected.size() < tokens.length - 1; begin += stride) {
            int end = Math.min(begin + context, tokens.length);
            int[] window = Arrays.copyOfRange(tokens, begin, end);
            window[0] = TestVocabulary.BOS;
            var echo = ATTENTIVE.complete(
                    window,
                    CompletionOptions.DEFAULT.withMaxTokens(0).withEcho(true).withLogprobs(0));
            for (int i = expected.size() + 1 - begin; i < window.length; i++) {
                expected.add(echo.prompt().get(i - 1).logprob());
            }
        }
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i), score.tokens().get(i).logprob(), 1e-4, "token " + i);
        }
    }

    private static int[] ids(String text) {
        var echo = LLAMA.score(text).tokens().stream().mapToInt(Token::id);
        return IntStream.concat(IntStream.of(TestVocabulary.BOS), echo).toArray();
    }

    /// What was generated, read as a prompt, has the same log-probabilities: on F32 the shapes hardly matter.
    @Test
    void theRoundTrip() {
        var options =
                CompletionOptions.DEFAULT.withMaxTokens(120).withLogprobs(0).withIgnoreEos(true);
        for (var sampling : List.of(Sampling.GREEDY, Sampling.NEUTRAL.withSeed(5))) {
            var written = ATTENTIVE.complete("the sand", options.withSampling(sampling));
            var prompt = ATTENTIVE
                    .complete("the sand", options.withMaxTokens(0).withEcho(true))
                    .prompt();
            var ids = IntStream.concat(
                            IntStream.of(TestVocabulary.BOS),
                            IntStream.concat(
                                    prompt.stream().mapToInt(Token::id),
                                    written.tokens().stream().mapToInt(Token::id)))
                    .toArray();
            Completion read = ATTENTIVE.complete(ids, options.withMaxTokens(0).withEcho(true));
            var scored = read.prompt().subList(prompt.size(), read.prompt().size());
            assertEquals(120, scored.size());
            for (int i = 0; i < scored.size(); i++) {
                assertEquals(written.tokens().get(i).logprob(), scored.get(i).logprob(), 1e-4);
                assertEquals(
                        written.tokens().get(i).logprobs().orElseThrow().rank(),
                        scored.get(i).logprobs().orElseThrow().rank());
            }
        }
    }

    @Test
    void continuations() {
        var prompt = "the sand and ";
        var answers = List.of("the sea", "a tin", "the");
        var scores = LLAMA.score(prompt, answers);
        for (int i = 0; i < answers.size(); i++) {
            var whole = LLAMA.score(prompt + answers.get(i)).tokens();
            var part = scores.get(i).tokens();
            assertEquals(whole.subList(whole.size() - part.size(), whole.size()), part);
            assertEquals(" " + answers.get(i), joined(part), "the space belongs to the continuation");
        }
        var choice = LLAMA.choose(prompt, answers);
        var sums = scores.stream().map(s -> s.sumLogprob()).toList();
        assertEquals(sums.indexOf(sums.stream().max(Double::compare).orElseThrow()), choice.best());
        assertEquals(sums.get(0) / 7, choice.normalised(0), 1e-9, "per code point");
        var spaced = LLAMA.choose("the sand and", List.of(" the sea"));
        assertEquals(sums.get(0) / 7, spaced.normalised(0), 1e-9, "the space before it does not count");
        assertEquals(answers.get(choice.best()), choice.toString());
        fails(IllegalArgumentException.class, () -> LLAMA.choose(prompt, List.of()), "at least one");
    }

    @Test
    void continuationsHaveOptions() {
        var scores = LLAMA.score("the", List.of(" sea", " sand"), ScoreOptions.DEFAULT.withTop(3));
        for (var score : scores) {
            for (var token : score.tokens()) {
                assertTrue(token.logprobs().orElseThrow().top().size() >= 3);
            }
        }
        for (var empty : List.of(List.of(""), List.of(" sea", ""))) {
            fails(IllegalArgumentException.class, () -> LLAMA.score("the", empty), "empty");
        }
    }

    /// The end token that such a model wants after a text is neither the prompt's nor the continuation's.
    @Test
    void continuationsForAModelThatAddsAnEnd() {
        var gguf = MODEL.gguf().bool("tokenizer.ggml.add_eos_token", true);
        try (var llama = Llama.load(Models.write("add-eos", gguf))) {
            var answers = List.of(" sea", "t", " and the sand");
            var expected = LLAMA.score("the", answers);
            var scores = llama.score("the", answers);
            for (int i = 0; i < answers.size(); i++) {
                assertEquals(expected.get(i).tokens(), scores.get(i).tokens());
            }
        }
    }

    /// One deadline, not one for each window or continuation.
    @Test
    @Timeout(60)
    void aDeadlineIsForAllOfIt() {
        var options = ScoreOptions.DEFAULT.withStride(1).withTop(50).withDeadline(Duration.ofMillis(250));
        long start = System.nanoTime();
        fails(CancellationException.class, () -> ATTENTIVE.score(TEXT.repeat(200), options), "the deadline of 0.25 s");
        fails(
                CancellationException.class,
                () -> ATTENTIVE.score("the", Collections.nCopies(100_000, " sea"), options),
                "the deadline of 0.25 s");
        long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        assertTrue(took < 20_000, took + " ms");
    }

    @Test
    void greedyTextIsRecognised() {
        var written = LLAMA.complete(
                "the", CompletionOptions.DEFAULT.withSampling(Sampling.GREEDY).withMaxTokens(1));
        assertTrue(LLAMA.score("the", List.of(written.text())).getFirst().isGreedy());
        assertFalse(LLAMA.score("the", List.of(" qqq")).getFirst().isGreedy());
    }

    @Test
    void badInput() {
        fails(IllegalArgumentException.class, () -> ScoreOptions.DEFAULT.withTop(-1), "-1");
        fails(IllegalArgumentException.class, () -> ScoreOptions.DEFAULT.withStride(-1), "-1");
        fails(
                IllegalArgumentException.class,
                () -> LLAMA.score(TEXT, ScoreOptions.DEFAULT.withStride(512)),
                "less than the context's 512");
        assertEquals(0, LLAMA.score("").count(), "BOS alone: nothing to score");
        assertTrue(Double.isNaN(LLAMA.score("").perplexity()));
    }

    @Test
    void itCanBeCancelled() throws InterruptedException {
        var cancel = new Cancel();
        var options = ScoreOptions.DEFAULT.withStride(1).withTop(600).withCancel(cancel);
        var text = TEXT.repeat(100); // hours of windows
        var stopper = Thread.ofVirtual().start(() -> {
            sleep(300);
            cancel.cancel();
        });
        fails(CancellationException.class, () -> LLAMA.score(text, options), "cancelled by the caller");
        stopper.join();
        assertEquals(1, LLAMA.score("a").count(), "the next one works");
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
