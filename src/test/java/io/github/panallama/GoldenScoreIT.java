package io.github.panallama;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.panallama.completion.ScoreOptions;
import io.github.panallama.completion.Token;
import io.github.panallama.fixture.RealModel;
import io.github.panallama.model.FlashAttention;
import io.github.panallama.model.KvCache;
import io.github.panallama.model.ModelOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Scores of SmolLM2 against llama.cpp's perplexity tool: see golden/README.md for how its values were obtained.
class GoldenScoreIT {
    private static final double RELATIVE = 1e-3;

    private static String text() throws IOException {
        try (var in = GoldenScoreIT.class.getResourceAsStream("/golden/clockmaker.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Llama load(int context) {
        var withoutFlash = KvCache.DEFAULT.withFlashAttention(FlashAttention.OFF);
        return Llama.load(
                RealModel.smollm2(),
                ModelOptions.DEFAULT.withContextSize(context).withKvCache(withoutFlash));
    }

    /// With a stride of half the context every second window is one of the tool's chunks.
    @ParameterizedTest
    @CsvSource({"512, 2, 3.138688", "256, 5, 3.176771"})
    void theWindowsOfTheTool(int context, int chunks, double mean) throws IOException {
        try (var llama = load(context)) {
            List<Token> tokens = llama.score(text(), ScoreOptions.DEFAULT.withStride(context / 2))
                    .tokens();
            assertEquals(1355, tokens.size());
            double ours = IntStream.range(0, chunks)
                    .flatMap(chunk -> IntStream.range(chunk * context + context / 2 + 1, (chunk + 1) * context))
                    .mapToDouble(i -> -tokens.get(i).logprob())
                    .average()
                    .orElseThrow();
            assertEquals(mean, ours, mean * RELATIVE);
        }
    }

    @Test
    void theWholeText() throws IOException {
        try (var llama = load(2048)) {
            var score = llama.score(text());
            assertEquals(1354, score.count(), "nothing comes before the first");
            assertEquals(3.144027, -score.sumLogprob() / score.count(), 3.144027 * RELATIVE);
            assertEquals(23.1971, score.perplexity(), 23.1971 * 4 * RELATIVE);
        }
    }
}
