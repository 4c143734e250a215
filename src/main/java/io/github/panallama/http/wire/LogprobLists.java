package io.github.panallama.http.wire;

import io.github.panallama.completion.Completion;
import io.github.panallama.completion.Token;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Log-probabilities as OpenAI's text completions have them: lists of equal length, an element per token. Those of an
/// echoed prompt come first, and the very first of them has no values, as OpenAI's clients expect.
///
/// @param tokens their texts; one that begins before a stop is whole here
/// @param tokenIds their ids
/// @param textOffset where each begins, in code points from the start of the prompt
/// @param tokenLogprobs of each
/// @param topLogprobs by text: of alternatives that print alike the likeliest; the chosen token's own always
/// @param top the same without loss
public record LogprobLists(
        List<String> tokens,
        List<Integer> tokenIds,
        List<Integer> textOffset,
        List<@Nullable Float> tokenLogprobs,
        List<@Nullable Map<String, Float>> topLogprobs,
        List<@Nullable List<Alternative>> top) {

    private static LogprobLists empty() {
        return new LogprobLists(
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>());
    }

    /// {@return the lists of a whole completion}
    ///
    /// @param completion with log-probabilities
    /// @param echo whether its prompt is echoed
    public static LogprobLists of(Completion completion, boolean echo) {
        var lists = empty();
        var reader = new Reader(echo);
        completion.prompt().forEach(token -> reader.addPrompt(token, lists));
        completion.tokens().forEach(token -> reader.add(token, lists));
        return lists;
    }

    /// Makes the lists of a completion piece by piece, as its tokens come. Used by one thread.
    public static final class Reader {
        private final Pieces pieces = new Pieces();
        private boolean first;

        /// @param echo whether the prompt is echoed
        public Reader(boolean echo) {
            first = echo;
        }

        /// {@return the lists of the tokens of an echoed prompt}
        ///
        /// @param tokens all of them, before any that was generated
        public LogprobLists prompt(List<Token> tokens) {
            var lists = empty();
            tokens.forEach(token -> addPrompt(token, lists));
            return lists;
        }

        /// {@return the lists of one generated token}
        ///
        /// @param token the next one
        public LogprobLists next(Token token) {
            var lists = empty();
            add(token, lists);
            return lists;
        }

        private void addPrompt(Token token, LogprobLists lists) {
            add(token, token.text(), lists);
        }

        private void add(Token token, LogprobLists lists) {
            add(token, pieces.next(token.bytes()), lists);
        }

        private void add(Token token, String text, LogprobLists lists) {
            boolean none = first || token.logprobs().isEmpty();
            first = false;
            lists.tokens.add(text);
            lists.tokenIds.add(token.id());
            lists.textOffset.add(token.textOffset());
            if (none) {
                lists.tokenLogprobs.add(null);
                lists.topLogprobs.add(null);
                lists.top.add(null);
                return;
            }
            var alternatives = Alternative.of(token);
            lists.tokenLogprobs.add(Json.logprob(token.logprob()));
            lists.topLogprobs.add(byText(token, text, alternatives));
            lists.top.add(alternatives);
        }

        private static Map<String, Float> byText(Token token, String text, List<Alternative> alternatives) {
            var map = new LinkedHashMap<String, Float>(); // the likeliest first
            for (var alternative : alternatives) {
                boolean chosen = alternative.id() == token.id();
                map.putIfAbsent(chosen ? text : alternative.text(), alternative.logprob());
            }
            map.put(text, Json.logprob(token.logprob()));
            return map;
        }
    }
}
