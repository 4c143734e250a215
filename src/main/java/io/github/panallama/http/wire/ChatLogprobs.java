package io.github.panallama.http.wire;

import io.github.panallama.completion.Bytes;
import io.github.panallama.completion.Candidate;
import io.github.panallama.completion.Token;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Log-probabilities as OpenAI's chat completions have them, with token ids.
///
/// @param content an entry per token of the reply
/// @param refusal always null
public record ChatLogprobs(List<Entry> content, @Nullable List<Entry> refusal) {
    /// All alternatives that a token has, the chosen one included.
    public static final int ALL = Integer.MAX_VALUE;

    /// A token of the reply.
    ///
    /// @param token its text: what it completed
    /// @param id its id
    /// @param logprob its log-probability
    /// @param bytes its bytes
    /// @param topLogprobs the likeliest tokens
    public record Entry(String token, int id, float logprob, List<Integer> bytes, List<Top> topLogprobs) {}

    /// What could have come there.
    ///
    /// @param token its text; bytes that are no whole character show as U+FFFD
    /// @param id its id
    /// @param logprob its log-probability
    /// @param bytes its bytes
    public record Top(String token, int id, float logprob, List<Integer> bytes) {}

    /// {@return the entries of a whole reply}
    ///
    /// @param tokens all of its text
    /// @param alternatives how many of the likeliest each entry shows
    public static ChatLogprobs of(List<Token> tokens, int alternatives) {
        return new Reader(alternatives).next(tokens);
    }

    /// Makes the entries of a reply piece by piece, as its tokens come. Used by one thread.
    public static final class Reader {
        private final Pieces pieces = new Pieces();
        private final int alternatives;

        /// @param alternatives how many of the likeliest each entry shows
        public Reader(int alternatives) {
            this.alternatives = alternatives;
        }

        /// {@return the entries of the next tokens}
        ///
        /// @param tokens with log-probabilities
        public ChatLogprobs next(List<Token> tokens) {
            return new ChatLogprobs(tokens.stream().map(this::entry).toList(), null);
        }

        private Entry entry(Token token) {
            var text = pieces.next(token.bytes());
            var top = token.logprobs().orElseThrow().top().stream()
                    .limit(alternatives)
                    .map(c -> top(c, c.id() == token.id() ? text : c.text()))
                    .toList();
            return new Entry(text, token.id(), Json.logprob(token.logprob()), unsigned(token.bytes()), top);
        }

        private static Top top(Candidate candidate, String text) {
            return new Top(text, candidate.id(), Json.logprob(candidate.logprob()), unsigned(candidate.bytes()));
        }

        private static List<Integer> unsigned(Bytes bytes) {
            var values = new ArrayList<Integer>(bytes.size());
            for (byte b : bytes.toArray()) {
                values.add(Byte.toUnsignedInt(b));
            }
            return values;
        }
    }
}
