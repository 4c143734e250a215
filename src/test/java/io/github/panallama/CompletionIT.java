package io.github.panallama;

import static io.github.panallama.Failures.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.completion.Completion;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.FinishReason;
import io.github.panallama.completion.Token;
import io.github.panallama.error.ContextFullException;
import io.github.panallama.fixture.BigramModel;
import io.github.panallama.fixture.Models;
import io.github.panallama.fixture.TestVocabulary;
import io.github.panallama.model.ModelOptions;
import io.github.panallama.sampling.Sampling;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// Text, stops, usage and caps on a model whose greedy text is designed: after "▁a" comes " thesé日😀 stop." and the
/// end.
class CompletionIT {
    private static final BigramModel MODEL = BigramModel.builder(TestVocabulary.standard())
            .name("script")
            .chain("▁a", "▁the", "s", "é", "<0xE6>", "<0x97>", "<0xA5>", "😀", "▁s", "t", "o", "p", ".", "</s>")
            .build();
    private static final String TEXT = " thesé日😀 stop.";
    private static final CompletionOptions GREEDY = CompletionOptions.DEFAULT.withSampling(Sampling.GREEDY);
    private static final Llama LLAMA = Llama.load(Models.file(MODEL));

    @AfterAll
    static void close() {
        LLAMA.close();
    }

    private static String joined(Completion completion) {
        return completion.tokens().stream().map(Token::text).collect(Collectors.joining());
    }

    @Test
    void greedyTextIsTheDesignedOne() {
        var completion = LLAMA.complete("a", GREEDY);
        assertEquals(TEXT, completion.text());
        assertEquals(TEXT, completion.toString());
        assertEquals(TEXT, joined(completion));
        assertEquals(new FinishReason.EndOfText(), completion.finish());
        assertEquals(2, completion.usage().promptTokens(), "BOS and one token");
        assertEquals(12, completion.usage().completionTokens(), "the end token does not count");
        assertEquals(14, completion.usage().totalTokens());
        assertEquals(12, completion.tokens().size());
    }

    @Test
    void splitCharactersComeOutWholeOrNotAtAll() {
        for (int max = 0; max <= 12; max++) {
            var completion = LLAMA.complete("a", GREEDY.withMaxTokens(max));
            assertTrue(TEXT.startsWith(completion.text()), completion.text());
            assertFalse(completion.text().contains("\uFFFD"));
            assertEquals(max, completion.usage().completionTokens(), "a hard cap, inside a character too");
            assertEquals(new FinishReason.Length(), completion.finish());
        }
        assertEquals(" thesé", LLAMA.complete("a", GREEDY.withMaxTokens(5)).text());
        assertEquals(" thesé日", LLAMA.complete("a", GREEDY.withMaxTokens(6)).text());
    }

    @Test
    void stops() {
        stop(" the", "sé", "sé");
        stop(" thes", "é", "é");
        stop(" thesé", "日", "日");
        stop(" thesé日😀 ", "st", "st");
        stop(" thesé日😀 s", "top.", "nothing", "top.", ".");
        stop(" th", "es", "x", "es");
    }

    private static void stop(String text, String match, String... stops) {
        var completion = LLAMA.complete("a", GREEDY.withStop(stops));
        assertEquals(text, completion.text());
        assertEquals(text, joined(completion));
        assertEquals(new FinishReason.Stop(match), completion.finish());
    }

    @Test
    void usageCountsTheTokensOfTheStop() {
        var completion = LLAMA.complete("a", GREEDY.withStop("top"));
        assertEquals(11, completion.usage().completionTokens());
        assertEquals(8, completion.tokens().size());
    }

    @Test
    void aStopThatTheLastTokenCompletesWinsOverTheCap() {
        var completion = LLAMA.complete("a", GREEDY.withStop("s").withMaxTokens(2));
        assertEquals(new FinishReason.Stop("s"), completion.finish());
    }

    @Test
    void halfAStopAtTheEndIsShown() {
        assertEquals(TEXT, LLAMA.complete("a", GREEDY.withStop(".!", "p.?")).text());
        assertEquals(
                " the",
                LLAMA.complete("a", GREEDY.withStop("the!").withMaxTokens(1)).text());
    }

    @Test
    void streamedEqualsWhole() {
        for (var options : List.of(
                GREEDY,
                GREEDY.withStop("top"),
                GREEDY.withStop(".§"),
                GREEDY.withMaxTokens(5),
                GREEDY.withLogprobs(3).withStop("日x", "o"),
                CompletionOptions.DEFAULT
                        .withSampling(Sampling.DEFAULT.withSeed(42))
                        .withLogprobs(2))) {
            var whole = LLAMA.complete("a", options);
            try (var generation = LLAMA.generate("a", options)) {
                var streamed = generation.stream().toList();
                assertEquals(whole.tokens(), streamed);
                assertEquals(whole.text(), streamed.stream().map(Token::text).collect(Collectors.joining()));
                assertEquals(whole.finish(), generation.result().finish());
                assertEquals(whole.usage(), generation.result().usage());
            }
        }
    }

    @Test
    void noTokensOnRequest() {
        var completion = LLAMA.complete("a", GREEDY.withMaxTokens(0));
        assertEquals("", completion.text());
        assertEquals(new FinishReason.Length(), completion.finish());
        assertEquals(2, completion.usage().promptTokens());
    }

    @Test
    void withoutACapTheContextIsTheEnd() {
        var endless = BigramModel.builder(TestVocabulary.standard())
                .name("endless")
                .chain("▁a", "t", "▁a")
                .build();
        try (var llama = Llama.load(Models.file(endless), ModelOptions.DEFAULT.withContextSize(40))) {
            var completion = llama.complete("a", GREEDY.withMaxTokens(-1));
            assertEquals(new FinishReason.Length(), completion.finish());
            assertEquals(40, completion.usage().totalTokens(), "the caller's number, not llama.cpp's padded one");
            assertEquals(40, llama.info().applied().contextSize());
        }
    }

    @Test
    void aPromptThatDoesNotFitSaysByHowMuch() {
        try (var llama = Llama.load(Models.file(MODEL), ModelOptions.DEFAULT.withContextSize(10))) {
            fails(
                    ContextFullException.class,
                    () -> llama.complete("a a a a a a a a a a a a", GREEDY),
                    "13",
                    "have 10",
                    "contextSize");
            assertEquals(TEXT, LLAMA.complete("a", GREEDY).text(), "and nothing is broken");
        }
    }

    @Test
    void aSeedReplaysARun() {
        var options = CompletionOptions.DEFAULT.withSampling(Sampling.NEUTRAL).withMaxTokens(12);
        var first = LLAMA.complete("t", options);
        var again = LLAMA.complete("t", options.withSampling(Sampling.NEUTRAL.withSeed(first.seed())));
        assertEquals(first.tokens(), again.tokens());
        assertEquals(first.seed(), again.seed());
        var others = LLAMA.complete("t", options);
        assertNotEquals(first.seed(), others.seed(), "fresh entropy for every request");
    }

    @Test
    void longPromptsAreReadInChunks() {
        var prompt = "t".repeat(300) + " a";
        try (var llama = Llama.load(
                Models.file(MODEL),
                ModelOptions.DEFAULT.withCompute(ModelOptions.DEFAULT.compute().withBatchSize(64)))) {
            var completion = llama.complete(prompt, GREEDY);
            assertEquals(TEXT, completion.text());
            assertEquals(302, completion.usage().promptTokens(), "BOS, ▁t, 299 t, ▁a");
        }
    }

    @Test
    void aPromptMayHaveAnyText() {
        assertEquals(
                2, LLAMA.complete("", GREEDY.withMaxTokens(2)).usage().completionTokens(), "BOS alone is a prompt");
        assertEquals(
                1,
                LLAMA.complete("a\0b\uD800 \uDBFF", GREEDY.withMaxTokens(1))
                        .usage()
                        .completionTokens());
    }

    @Test
    void anEmptyPromptWithoutBosIsRefused() {
        var noBos = BigramModel.builder(TestVocabulary.standard().withAddBos(false))
                .name("no-bos")
                .build();
        try (var llama = Llama.load(Models.file(noBos))) {
            fails(IllegalArgumentException.class, () -> llama.complete("", GREEDY), "empty", "BOS");
            assertFalse(llama.info().specialTokens().addsBos());
        }
    }

    /// llama.cpp's own detokenizing takes the space before a comma out, for vocabularies such as GPT-2's.
    @Test
    void spacesComeBack() {
        var vocabulary = TestVocabulary.standard().plusPieces("Ġ,", "Ġyou", "Ġ'");
        var gpt2 = BigramModel.builder(vocabulary)
                .name("gpt2")
                .build()
                .gguf()
                .string("tokenizer.ggml.model", "gpt2")
                .string("tokenizer.ggml.pre", "gpt-2")
                .strings("tokenizer.ggml.merges", List.of("Ġ y"));
        int[] ids = vocabulary.ids("Ġyou", "Ġ,", "Ġyou", "Ġ'", "s", "Ġ,").stream()
                .mapToInt(id -> id)
                .toArray();
        try (var llama = Llama.load(Models.write("gpt2", gpt2))) {
            assertEquals(" you , you 's ,", llama.detokenize(ids));
            var echo = llama.complete(ids, GREEDY.withMaxTokens(1).withEcho(true));
            assertTrue(echo.text().startsWith(" you , you 's ,"), echo.text());
        }
    }

    @Test
    void tokensAndBack() {
        for (var text : List.of("the sand", "é日😀ü", " ".repeat(40) + "x", "line\nline")) {
            assertEquals(text, LLAMA.detokenize(LLAMA.tokenize(text)));
        }
        assertEquals(0, LLAMA.tokenize("").length);
        assertEquals("", LLAMA.detokenize());
        var vocabulary = TestVocabulary.standard();
        assertEquals("a", LLAMA.detokenize(vocabulary.byteId(0xE2), vocabulary.id("a"), vocabulary.byteId(0xC3)));
        fails(IllegalArgumentException.class, () -> LLAMA.detokenize(-1), "-1", "vocabulary");
        fails(IllegalArgumentException.class, () -> LLAMA.detokenize(1, 1_000_000), "1000000", "vocabulary");
    }
}
