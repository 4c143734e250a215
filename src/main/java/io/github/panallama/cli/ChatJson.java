package io.github.panallama.cli;

import io.github.panallama.chat.ChatReply;
import io.github.panallama.completion.Candidate;
import io.github.panallama.completion.Token;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `run --json`: OpenAI's chat completion object, with the stop, the seed, the times and token ids.
record ChatJson(
        String id,
        String object,
        long created,
        String model,
        List<Choice> choices,
        AnswerJson.Usage usage,
        long seed,
        AnswerJson.Limits limits,
        AnswerJson.Timings timings) {

    record Choice(
            int index,
            Reply message,
            String finishReason,
            @Nullable String stopSequence,
            @Nullable Logprobs logprobs) {}

    record Reply(String role, String content, @Nullable String refusal) {}

    record Logprobs(List<Entry> content, @Nullable List<Entry> refusal) {
        static Logprobs of(List<Token> tokens) {
            var pieces = Pieces.of(tokens);
            var entries = new ArrayList<Entry>();
            for (int i = 0; i < tokens.size(); i++) {
                entries.add(Entry.of(tokens.get(i), pieces.texts().get(i)));
            }
            return new Logprobs(entries, null);
        }
    }

    /// A token of the reply.
    record Entry(String token, int id, float logprob, List<Integer> bytes, List<Alternative> topLogprobs) {
        static Entry of(Token token, String text) {
            var bytes = unsigned(token.bytes().toArray());
            var top = token.logprobs().orElseThrow().top().stream()
                    .map(c -> c.id() == token.id()
                            ? new Alternative(text, c.id(), Json.logprob(c.logprob()), bytes)
                            : Alternative.of(c))
                    .toList();
            return new Entry(text, token.id(), Json.logprob(token.logprob()), bytes, top);
        }
    }

    /// What could have come there.
    ///
    /// @param bytes null for a part of a character, whose bytes are not known
    record Alternative(String token, int id, float logprob, @Nullable List<Integer> bytes) {
        static Alternative of(Candidate candidate) {
            var text = candidate.text();
            var bytes = text.contains("\ufffd") ? null : unsigned(text.getBytes(StandardCharsets.UTF_8));
            return new Alternative(text, candidate.id(), Json.logprob(candidate.logprob()), bytes);
        }
    }

    private static List<Integer> unsigned(byte[] bytes) {
        var values = new ArrayList<Integer>(bytes.length);
        for (byte b : bytes) {
            values.add(Byte.toUnsignedInt(b));
        }
        return values;
    }

    static ChatJson of(AnswerJson.Head head, ChatReply reply, boolean logprobs) {
        var choice = new Choice(
                0,
                new Reply("assistant", reply.text(), null),
                AnswerJson.finishReason(reply.finish()),
                AnswerJson.stopSequence(reply.finish()),
                logprobs ? Logprobs.of(reply.tokens()) : null);
        return new ChatJson(
                head.id(),
                "chat.completion",
                head.created(),
                head.model(),
                List.of(choice),
                AnswerJson.Usage.of(reply.completion()),
                reply.completion().seed(),
                AnswerJson.Limits.of(reply.completion()),
                AnswerJson.Timings.of(reply.completion(), head.load()));
    }
}
