package io.github.panallama.chat;

import io.github.panallama.completion.CompletionOptions;
import java.util.Map;

/// How a reply is generated.
///
/// @param completion cap, stops, sampling, grammar and log-probabilities of the reply
/// @param tools what the model may ask to be called
/// @param thinking whether a model that can think before it answers does; others pass over it
/// @param templateArguments more variables for the model's template (its `chat_template_kwargs`): names to JSON values
public record ChatOptions(
        CompletionOptions completion, Tools tools, boolean thinking, Map<String, String> templateArguments) {
    /// As llama-cpp-python's chat: temperature 0.2, top_k 40, top_p 0.95, min_p 0.05, until the model ends its turn; no
    /// tools, thinking where the model can.
    public static final ChatOptions DEFAULT = of(CompletionOptions.DEFAULT
            .withMaxTokens(-1)
            .withSampling(CompletionOptions.DEFAULT.sampling().withTemperature(0.2f)));

    /// Copies the map.
    public ChatOptions {
        templateArguments = Map.copyOf(templateArguments);
    }

    /// {@return options without tools}
    ///
    /// @param completion see the component
    public static ChatOptions of(CompletionOptions completion) {
        return new ChatOptions(completion, Tools.NONE, true, Map.of());
    }

    /// {@return a copy with other settings of the reply}
    ///
    /// @param completion see the component
    public ChatOptions withCompletion(CompletionOptions completion) {
        return new ChatOptions(completion, tools, thinking, templateArguments);
    }

    /// {@return a copy with other tools}
    ///
    /// @param tools see the component
    public ChatOptions withTools(Tools tools) {
        return new ChatOptions(completion, tools, thinking, templateArguments);
    }

    /// {@return a copy that does or does not think}
    ///
    /// @param thinking see the component
    public ChatOptions withThinking(boolean thinking) {
        return new ChatOptions(completion, tools, thinking, templateArguments);
    }

    /// {@return a copy with other template variables}
    ///
    /// @param templateArguments see the component
    public ChatOptions withTemplateArguments(Map<String, String> templateArguments) {
        return new ChatOptions(completion, tools, thinking, templateArguments);
    }
}
