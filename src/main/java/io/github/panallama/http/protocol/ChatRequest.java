package io.github.panallama.http.protocol;

import io.github.panallama.chat.ChatOptions;
import io.github.panallama.chat.Message;
import io.github.panallama.http.wire.Json;
import io.github.panallama.limits.Length;
import io.github.panallama.sampling.Sampling;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/// A request for replies to a chat, as OpenAI spells it.
///
/// @param messages the chat
/// @param n how many replies
/// @param options how
/// @param stream whether the answer is events
/// @param usage whether the events end with the number of tokens
record ChatRequest(List<Message> messages, int n, ChatOptions options, boolean stream, boolean usage) {
    private static final int MAX_TOP_LOGPROBS = 20;

    static ChatRequest read(Fields fields, Policy policy) {
        var tokens = fields.count("max_completion_tokens");
        var older = fields.count("max_tokens");
        var length = Service.length(tokens.isPresent() ? tokens : older, Length.UNSPECIFIED);
        var sampling = SamplingFields.read(fields, Sampling.NEUTRAL, 2);
        var completion = policy.options(length, sampling, StopFields.read(fields, "stop"))
                .withLogprobs(logprobs(fields))
                .withGrammar(ResponseFormat.read(fields));
        var arguments = templateArguments(fields);
        var options = ChatOptions.of(completion)
                .withTools(OpenAiTools.read(fields))
                .withThinking(thinking(fields))
                .withTemplateArguments(arguments);
        return new ChatRequest(
                policy.instructed(OpenAiMessages.read(fields)),
                CompletionRequest.n(fields),
                options,
                fields.flag("stream", false),
                CompletionRequest.usage(fields));
    }

    private static OptionalInt logprobs(Fields fields) {
        var top = fields.integer("top_logprobs", 0, MAX_TOP_LOGPROBS);
        if (fields.flag("logprobs", false)) {
            return OptionalInt.of((int) top.orElse(0));
        }
        if (top.isPresent()) {
            throw fields.failure("top_logprobs", "needs \"logprobs\": true");
        }
        return OptionalInt.empty();
    }

    private static Map<String, String> templateArguments(Fields fields) {
        var arguments = new HashMap<String, String>();
        fields.text("reasoning_effort").ifPresent(effort -> arguments.put("reasoning_effort", Json.line(effort)));
        fields.object("chat_template_kwargs")
                .ifPresent(given -> given.json().forEachEntry((name, value) -> arguments.put(name, Json.line(value))));
        return arguments;
    }

    /// Two ways to say it are in use: vLLM's, and OpenAI's effort.
    private static boolean thinking(Fields fields) {
        boolean effort = !fields.text("reasoning_effort").orElse("").equals("none");
        return fields.object("chat_template_kwargs")
                .map(given -> given.flag("enable_thinking", effort))
                .orElse(effort);
    }

    boolean logprobs() {
        return options.completion().logprobs().isPresent();
    }

    int topLogprobs() {
        return options.completion().logprobs().orElse(0);
    }
}
