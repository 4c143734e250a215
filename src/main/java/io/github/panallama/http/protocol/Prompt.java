package io.github.panallama.http.protocol;

import io.github.panallama.Generation;
import io.github.panallama.Llama;
import io.github.panallama.completion.CompletionOptions;

/// What is to be continued.
sealed interface Prompt {
    /// Begins to generate.
    Generation generate(Llama llama, CompletionOptions options);

    /// {@return how many tokens it has}
    int tokens(Llama llama);

    /// A text.
    record Text(String text) implements Prompt {
        @Override
        public Generation generate(Llama llama, CompletionOptions options) {
            return llama.generate(text, options);
        }

        @Override
        public int tokens(Llama llama) {
            return llama.countTokens(text);
        }
    }

    /// Tokens, taken as they are.
    @SuppressWarnings("ArrayRecordComponent") // never compared, and its only reader copies it
    record Ids(int[] ids) implements Prompt {
        @Override
        public Generation generate(Llama llama, CompletionOptions options) {
            return llama.generate(ids, options);
        }

        @Override
        public int tokens(Llama llama) {
            return ids.length;
        }
    }
}
