package io.github.panallama.http.protocol;

import io.github.panallama.Llama;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.http.server.HttpFailure;
import io.github.panallama.limits.Applied;
import io.github.panallama.limits.Length;
import java.util.OptionalInt;

/// What the protocols answer with: the model, and how its operator wants it served.
record Service(Llama llama, Policy policy) {
    private static final long MAX_ALTERNATIVES = 1 << 21;

    int contextSize() {
        return llama.info().applied().contextSize();
    }

    int slots() {
        return llama.info().applied().parallel();
    }

    /// {@return the model's name as the request has it: there is one model, which answers to any name}
    String model(Fields fields) {
        return fields.text("model").orElse(policy.modelName());
    }

    /// {@return the cap that a request asks for}
    ///
    /// @param tokens if it names a number
    /// @param otherwise what its protocol says if it does not
    static Length length(OptionalInt tokens, Length otherwise) {
        return tokens.isPresent() ? Length.tokens(tokens.getAsInt()) : otherwise;
    }

    /// Refuses log-probabilities that would fill the memory: answers are kept whole, with all alternatives.
    ///
    /// @param limits of one answer
    /// @param options of one answer
    /// @param answers how many there are to be
    /// @return the limits
    Applied bounded(Applied limits, CompletionOptions options, int answers) {
        long tokens = limits.effective() + (options.prompt().echo() ? limits.promptTokens() : 0L);
        long each = Math.min(options.logprobs().orElse(0), llama.info().shape().vocabulary());
        if (tokens * each * answers > MAX_ALTERNATIVES) {
            throw HttpFailure.badRequest(
                    "logprobs",
                    "logprobs: %d for each of up to %d tokens are too many, ask for less of one of them"
                            .formatted(each, tokens * answers));
        }
        return limits;
    }

    /// Refuses chats if the model has no way to read them.
    void requireChat() {
        if (llama.info().chatTemplate().isEmpty()) {
            throw HttpFailure.badRequest(
                    "model", "model: this one has no chat template: use /v1/completions, or serve a chat model");
        }
    }
}
