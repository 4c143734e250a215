package io.github.panallama.cli;

import io.github.panallama.model.ModelInfo;
import java.util.Random;

/// Prompts for measurements: the same ones in every process, never the same one twice in it, so that nothing of them
/// has been evaluated before.
final class RandomTokens {
    private static final long SEED = 1;

    private final Random random = new Random(SEED);
    private final ModelInfo info;

    RandomTokens(ModelInfo info) {
        this.info = info;
    }

    /// {@return tokens of the vocabulary; the first is BOS if the model wants one}
    int[] prompt(int length) {
        var prompt = random.ints(length, 0, info.shape().vocabulary()).toArray();
        var special = info.specialTokens();
        if (special.addsBos() && special.bos().isPresent()) {
            prompt[0] = special.bos().getAsInt();
        }
        return prompt;
    }
}
