package io.github.panallama.http.protocol;

import io.github.panallama.chat.Message;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.limits.GenerationLimits;
import io.github.panallama.limits.Length;
import io.github.panallama.sampling.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// How the operator wants the model served.
///
/// @param limits on the number of tokens
/// @param system instructions for chats that bring none
/// @param modelName what the model is called where a request does not say
public record Policy(GenerationLimits limits, Optional<String> system, String modelName) {
    /// {@return options of one completion under the operator's limits}
    CompletionOptions options(Length length, Sampling sampling, List<String> stops) {
        return CompletionOptions.DEFAULT
                .withLength(length)
                .withSampling(sampling)
                .withStop(stops)
                .withLimits(limits);
    }

    /// {@return a chat with the operator's instructions in front, if it has none}
    List<Message> instructed(List<Message> messages) {
        boolean has =
                messages.stream().anyMatch(m -> m.role() == Message.Role.SYSTEM || m.role() == Message.Role.DEVELOPER);
        if (has || system.isEmpty()) {
            return messages;
        }
        var all = new ArrayList<Message>();
        all.add(Message.system(system.get()));
        all.addAll(messages);
        return all;
    }
}
