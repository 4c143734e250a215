package io.github.panallama.http.protocol;

import io.github.panallama.chat.ChatOptions;
import io.github.panallama.chat.Message;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.limits.Length;
import io.github.panallama.sampling.Sampling;
import java.util.List;
import java.util.OptionalInt;

/// A request for a reply to a chat, as Anthropic spells it.
///
/// @param model as it was asked for
/// @param messages the chat
/// @param options how
/// @param stream whether the answer is events
record MessagesRequest(String model, List<Message> messages, ChatOptions options, boolean stream) {
    static MessagesRequest read(Fields fields, Policy policy) {
        var tokens = fields.count("max_tokens");
        if (tokens.isEmpty()) {
            throw fields.failure("max_tokens", "is required");
        }
        var sampling = SamplingFields.read(fields, Sampling.NEUTRAL, 1);
        var stops = StopFields.readArray(fields, "stop_sequences");
        var completion = policy.options(Service.length(tokens, Length.UNSPECIFIED), sampling, stops);
        return read(fields, policy, completion);
    }

    /// {@return what counts when tokens are to be counted only}
    static MessagesRequest readForCount(Fields fields, Policy policy) {
        return read(fields, policy, CompletionOptions.DEFAULT);
    }

    private static MessagesRequest read(Fields fields, Policy policy, CompletionOptions completion) {
        var model = fields.required("model", fields.text("model"));
        var messages = policy.instructed(AnthropicMessages.read(fields));
        var options = ChatOptions.of(completion)
                .withTools(AnthropicTools.read(fields))
                .withThinking(thinking(fields));
        return new MessagesRequest(model, messages, options, fields.flag("stream", false));
    }

    private static boolean thinking(Fields fields) {
        return fields.object("thinking")
                .map(thinking -> {
                    var type = thinking.required("type", thinking.text("type"));
                    return switch (type) {
                        case "enabled", "adaptive" -> true;
                        case "disabled" -> false;
                        default ->
                            throw thinking.failure(
                                    "type", "\"%s\" is none of enabled, adaptive, disabled".formatted(type));
                    };
                })
                .orElse(false);
    }

    OptionalInt maxTokens() {
        return options.completion().length().tokens();
    }
}
