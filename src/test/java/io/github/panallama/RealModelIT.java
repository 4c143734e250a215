package io.github.panallama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.chat.ChatOptions;
import io.github.panallama.chat.Message;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.Token;
import io.github.panallama.fixture.RealModel;
import io.github.panallama.sampling.Sampling;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// SmolLM2-135M-Instruct, the default model of the manifest.
class RealModelIT {
    private static final CompletionOptions GREEDY =
            CompletionOptions.DEFAULT.withSampling(Sampling.GREEDY).withMaxTokens(32);

    private static Llama llama;

    @BeforeAll
    static void load() {
        llama = Llama.load(RealModel.smollm2());
    }

    @AfterAll
    static void close() {
        if (llama != null) {
            llama.close();
        }
    }

    /// As llama.cpp's own completion tool prints at temperature 0 (v0.5.0, CPU), up to where its kernels part: it goes
    /// on
    /// with 311 million on a CPU with AVX-512, with 321 million on one with AVX2, and so do we.
    @Test
    void greedyTextIsLlamaCppsOwn() {
        var text = llama.complete("The capital of France is", GREEDY).text();
        assertTrue(
                text.startsWith(
                        """
                         Paris.

                        The United States has a population of approximately 3"""),
                text);
    }

    @Test
    void parisIsLikely() {
        var token = llama.complete(
                        "The capital of France is", GREEDY.withMaxTokens(1).withLogprobs(5))
                .tokens()
                .getFirst();
        assertEquals(" Paris", token.text());
        assertEquals(1, token.logprobs().orElseThrow().rank());
        assertEquals(-0.25, token.logprob(), 0.05, "kernels differ in the low bits");
    }

    /// As llama.cpp's own completion tool answers with its Jinja engine at temperature 0, up to where its kernels part.
    /// A
    /// model this small errs.
    @Test
    void aChatAnswersAsLlamaCppsOwn() {
        var options = ChatOptions.DEFAULT.withCompletion(GREEDY);
        try (var reply = llama.generate(List.of(Message.user("What is the capital of France?")), options)) {
            var text = reply.result().text();
            assertTrue(text.startsWith("L'Étoile, la Marseillaise, la femme au "), text);
            assertEquals(37, reply.result().usage().promptTokens(), "no BOS, as this model says");
        }
    }

    @Test
    void tokensAreItsOwn() {
        var tokens = llama.tokenize("The capital of France is");
        assertEquals(
                List.of(504, 3575, 282, 4649, 314),
                java.util.Arrays.stream(tokens).boxed().toList());
        assertEquals("The capital of France is", llama.detokenize(tokens));
        assertEquals(49_152, llama.info().shape().vocabulary());
    }

    @Test
    void emojisComeOutWhole() {
        var completion = llama.complete("Emojis: 😀 😃 😄 😁 😆", GREEDY);
        assertTrue(completion.text().codePoints().noneMatch(c -> c == 0xFFFD), completion.text());
        assertEquals(
                completion.text(),
                String.join("", completion.tokens().stream().map(Token::text).toList()));
    }

    /// A prompt of more than one chunk: evaluated whole, and again from the chunk that is still there.
    @Test
    void aReusedPrefixGivesTheSameBits() {
        var prompt = "The harbour lay still, and the boats had not come home. ".repeat(45);
        var options = GREEDY.withMaxTokens(12).withLogprobs(3);
        var cold = llama.complete(prompt, options);
        assertEquals(cold.usage().promptTokens(), cold.timings().promptTokens());
        var warm = llama.complete(prompt, options);
        assertEquals(cold.usage().promptTokens() - 512, warm.timings().promptTokens(), "a chunk was reused");
        assertEquals(cold.tokens(), warm.tokens());
        llama.complete("Something else.", options);
        assertEquals(cold.tokens(), llama.complete(prompt, options).tokens(), "and after others");
    }
}
