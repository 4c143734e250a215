package io.github.panallama.cli;

import io.github.panallama.chat.ChatReply;
import io.github.panallama.http.wire.AppliedLimits;
import io.github.panallama.http.wire.ChatLogprobs;
import io.github.panallama.http.wire.Finish;
import io.github.panallama.http.wire.TokenUsage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `run --json`: OpenAI's chat completion object, with the stop, the seed, the times and token ids.
record ChatJson(
        String id,
        String object,
        long created,
        String model,
        List<Choice> choices,
        TokenUsage usage,
        long seed,
        AppliedLimits limits,
        AnswerJson.Timings timings) {

    record Choice(
            int index,
            Reply message,
            String finishReason,
            @Nullable String stopSequence,
            @Nullable ChatLogprobs logprobs) {}

    record Reply(String role, String content, @Nullable String refusal) {}

    static ChatJson of(AnswerJson.Head head, ChatReply reply, boolean logprobs) {
        var choice = new Choice(
                0,
                new Reply("assistant", reply.text(), null),
                Finish.reason(reply.finish()),
                Finish.stopSequence(reply.finish()),
                logprobs ? ChatLogprobs.of(reply.tokens(), ChatLogprobs.ALL) : null);
        return new ChatJson(
                head.id(),
                "chat.completion",
                head.created(),
                head.model(),
                List.of(choice),
                TokenUsage.of(reply.usage()),
                reply.completion().seed(),
                AppliedLimits.of(reply.completion().limits()),
                AnswerJson.Timings.of(reply.completion(), head.load()));
    }
}
