package io.github.panallama.chat;

import io.github.panallama.completion.CompletionOptions;

/// How a reply is generated.
///
/// @param completion cap, stops, sampling and log-probabilities of the reply
public record ChatOptions(CompletionOptions completion) {
    /// As llama-cpp-python's chat: temperature 0.2, top_k 40, top_p 0.95, min_p 0.05, until the model ends its turn.
    public static final ChatOptions DEFAULT = new ChatOptions(CompletionOptions.DEFAULT
            .withMaxTokens(-1)
            .withSampling(CompletionOptions.DEFAULT.sampling().withTemperature(0.2f)));

    /// {@return a copy with other settings of the reply}
    ///
    /// @param completion see the component
    public ChatOptions withCompletion(CompletionOptions completion) {
        return new ChatOptions(completion);
    }
}
