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

    /// With a stride of half the context every second window is one of the tool's chunks, of which it scores the second
    /// half without its first token.
    @Test
    void theWindowsOfTheTool() throws IOException {
        try (var llama = load(512)) {
            List<Token> tokens =
                    llama.score(text(), ScoreOptions.DEFAULT.withStride(256)).tokens();
            assertEquals(1355, tokens.size());
            double mean = IntStream.concat(IntStream.range(257, 512), IntStream.range(512 + 257, 1024))
                    .mapToDouble(i -> -tokens.get(i).logprob())
                    .average()
                    .orElseThrow();
            assertEquals(3.138688, mean, 3.138688 * RELATIVE);
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
