package io.github.panallama;

import static io.github.panallama.Failures.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.chat.ChatOptions;
import io.github.panallama.chat.Message;
import io.github.panallama.completion.Completion;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.Token;
import io.github.panallama.fixture.BigramModel;
import io.github.panallama.fixture.Models;
import io.github.panallama.fixture.TestVocabulary;
import io.github.panallama.sampling.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Prompts that come back, offsets, and prompts that are tokens: with models that begin with BOS and that do not.
class EchoIT {
    private static final String[] PROMPTS = {
        "the sand",
        "a",
        " a",
        "  the",
        "é日😀 e\u0301",
        "the <s> sand",
        "in</s>",
        "\n\n",
        "tab\tand  spaces   ",
        "日本語 text 😀😀"
    };
    private static final CompletionOptions OPTIONS = CompletionOptions.DEFAULT
            .withSampling(Sampling.GREEDY)
            .withMaxTokens(12)
            .withEcho(true)
            .withLogprobs(2);
    private static final BigramModel WITH_BOS = model("echo-bos", TestVocabulary.standard());
    private static final BigramModel WITHOUT_BOS =
            model("echo-plain", TestVocabulary.standard().withAddBos(false).withSpacePrefix(false));
    private static final Llama BOS = Llama.load(Models.file(WITH_BOS));
    private static final Llama PLAIN = Llama.load(Models.file(WITHOUT_BOS));

    private static BigramModel model(String name, TestVocabulary vocabulary) {
        return BigramModel.builder(vocabulary).name(name).never("</s>").build();
    }

    @AfterAll
    static void close() {
        BOS.close();
        PLAIN.close();
    }

    private static List<Token> all(Completion completion) {
        var tokens = new ArrayList<>(completion.prompt());
        tokens.addAll(completion.tokens());
        return tokens;
    }

    private static String joined(List<Token> tokens) {
        return tokens.stream().map(Token::text).collect(Collectors.joining());
    }

    @Test
    void thePromptComesBackAsItWasGiven() {
        for (var llama : List.of(BOS, PLAIN)) {
            for (var prompt : PROMPTS) {
                for (var options : List.of(OPTIONS, OPTIONS.withLogprobs(OptionalInt.empty()))) {
                    var alone = llama.complete(prompt, options.withEcho(false));
                    var echo = llama.complete(prompt, options);
                    assertEquals(prompt + alone.text(), echo.text());
                    assertEquals(prompt, joined(echo.prompt()));
                    assertEquals(alone.tokens(), echo.tokens(), "offsets too");
                    assertEquals(alone.usage(), echo.usage());
                    assertEquals(List.of(), alone.prompt());
                }
            }
        }
    }

    @Test
    void offsetsAreCodePointsFromTheStartOfThePrompt() {
        for (var llama : List.of(BOS, PLAIN)) {
            for (var prompt : PROMPTS) {
                var echo = llama.complete(prompt, OPTIONS);
                int offset = 0;
                for (var token : all(echo)) {
                    assertEquals(offset, token.textOffset());
                    int index = echo.utf16Index(token);
                    assertTrue(echo.text().startsWith(token.text(), index));
                    assertEquals(offset, echo.text().codePointCount(0, index));
                    offset += token.text().codePointCount(0, token.text().length());
                }
                var alone = llama.complete(prompt, OPTIONS.withEcho(false));
                for (var token : alone.tokens()) {
                    assertTrue(alone.text().startsWith(token.text(), alone.utf16Index(token)));
                }
            }
        }
    }

    @Test
    void thePromptsLogprobsAreTheDesignedTable() {
        var with = BOS.complete("the sand", OPTIONS);
        int current = TestVocabulary.BOS;
        for (var token : all(with)) {
            var expected = WITH_BOS.logProbabilities(current);
            assertEquals(expected[token.id()], token.logprob(), 1e-5);
            assertEquals(
                    WITH_BOS.greedy(current),
                    token.logprobs().orElseThrow().top().getFirst().id());
            current = token.id();
        }
        var without = PLAIN.complete("the sand", OPTIONS);
        assertTrue(without.prompt().getFirst().logprobs().isEmpty(), "nothing comes before it");
        current = without.prompt().getFirst().id();
        for (var token : all(without).subList(1, all(without).size())) {
            assertEquals(WITHOUT_BOS.logProbabilities(current)[token.id()], token.logprob(), 1e-5);
            current = token.id();
        }
        fails(IllegalStateException.class, () -> without.prompt().getFirst().logprob(), "nothing comes before it");
    }

    @Test
    void streamedEqualsWhole() {
        for (var prompt : PROMPTS) {
            var whole = BOS.complete(prompt, OPTIONS);
            try (var generation = BOS.generate(prompt, OPTIONS)) {
                var tokens = new ArrayList<Token>();
                generation.forEach(tokens::add);
                assertEquals(all(whole), tokens);
                assertEquals(whole.text(), joined(tokens));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nothingGeneratedIsScoring(boolean bos) {
        var llama = bos ? BOS : PLAIN;
        var scored = llama.complete("the sand", OPTIONS.withMaxTokens(0));
        var more = llama.complete("the sand", OPTIONS);
        assertEquals("the sand", scored.text());
        assertEquals(more.prompt(), scored.prompt());
        assertEquals(0, scored.usage().completionTokens());
        var single = llama.complete("a", OPTIONS.withMaxTokens(0));
        assertEquals("a", joined(single.prompt()));
    }

    @Test
    void aPromptOfTokensIsTakenAsItIs() {
        for (var prompt : List.of("the sand", "é日😀")) {
            var text = BOS.complete(prompt, OPTIONS);
            var ids = text.prompt().stream().mapToInt(Token::id);
            var withBos =
                    IntStream.concat(IntStream.of(TestVocabulary.BOS), ids).toArray();
            var tokens = BOS.complete(withBos, OPTIONS);
            assertEquals(prompt, tokens.text().substring(0, prompt.length()));
            assertEquals(text.tokens(), tokens.tokens());
            assertEquals(text.prompt(), tokens.prompt());
        }
        var bare = BOS.complete(new int[] {WITH_BOS.vocabulary().id("▁the")}, OPTIONS);
        assertEquals(1, bare.usage().promptTokens(), "no BOS is added");
        fails(IllegalArgumentException.class, () -> BOS.complete(new int[] {99999}, OPTIONS), "99999");
        fails(IllegalArgumentException.class, () -> BOS.complete(new int[] {-1}, OPTIONS), "-1");
        fails(IllegalArgumentException.class, () -> BOS.complete(new int[0], OPTIONS), "empty");
    }

    /// Bytes that are no whole character are in no text, so offsets agree: before, within and after.
    @Test
    void aPromptOfTokensWithBrokenCharacters() {
        var vocabulary = WITH_BOS.vocabulary();
        int broken = vocabulary.byteId(0xE2);
        int a = vocabulary.id("a");
        for (var ids : List.of(
                new int[] {TestVocabulary.BOS, broken, a},
                new int[] {TestVocabulary.BOS, a, broken, a},
                new int[] {TestVocabulary.BOS, a, a, broken})) {
            var echo = BOS.complete(ids, OPTIONS);
            assertEquals(echo.text(), joined(all(echo)));
            assertTrue(echo.text().startsWith("a"), echo.text());
            int offset = 0;
            for (var token : all(echo)) {
                assertEquals(offset, token.textOffset());
                offset += token.text().codePointCount(0, token.text().length());
            }
        }
    }

    @Test
    void whereAnEchoMakesNoSense() {
        fails(IllegalArgumentException.class, () -> OPTIONS.withSuffix("x"), "echo");
        var chat = ChatOptions.DEFAULT.withCompletion(OPTIONS);
        fails(IllegalArgumentException.class, () -> BOS.generate(List.of(Message.user("a")), chat), "echo");
    }
}
