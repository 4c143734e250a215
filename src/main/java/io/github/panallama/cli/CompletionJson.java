package io.github.panallama.cli;

import io.github.panallama.cli.AnswerJson.Alternative;
import io.github.panallama.completion.Completion;
import io.github.panallama.completion.Token;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `complete --json`: OpenAI's completion object, with the stop, the seed, the times and lossless alternatives.
record CompletionJson(
        String id,
        String object,
        long created,
        String model,
        List<Choice> choices,
        AnswerJson.Usage usage,
        long seed,
        AnswerJson.Timings timings) {

    record Choice(
            int index, String text, String finishReason, @Nullable String stopSequence, @Nullable Logprobs logprobs) {}

    /// Lists of equal length, an element per token.
    ///
    /// @param tokens their texts; one that begins before a stop is whole here
    /// @param textOffset where each begins, in code points from the start of the prompt
    /// @param topLogprobs by text: of alternatives that print alike the likeliest; the chosen token's own always
    /// @param top the same without loss
    record Logprobs(
            List<String> tokens,
            List<Integer> tokenIds,
            List<Integer> textOffset,
            List<Float> tokenLogprobs,
            List<Map<String, Float>> topLogprobs,
            List<List<Alternative>> top) {

        static Logprobs of(String prompt, List<Token> tokens) {
            var pieces = Pieces.of(prompt, tokens);
            var maps = new ArrayList<Map<String, Float>>();
            var top = new ArrayList<List<Alternative>>();
            for (int i = 0; i < tokens.size(); i++) {
                var alternatives = tokens.get(i).logprobs().orElseThrow().top().stream()
                        .map(Alternative::of)
                        .toList();
                top.add(alternatives);
                maps.add(byText(tokens.get(i), pieces.texts().get(i), alternatives));
            }
            return new Logprobs(
                    pieces.texts(),
                    tokens.stream().map(Token::id).toList(),
                    pieces.offsets(),
                    tokens.stream().map(t -> Json.logprob(t.logprob())).toList(),
                    maps,
                    top);
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

    static CompletionJson of(AnswerJson.Head head, String prompt, Completion completion, boolean logprobs) {
        var choice = new Choice(
                0,
                completion.text(),
                AnswerJson.finishReason(completion.finish()),
                AnswerJson.stopSequence(completion.finish()),
                logprobs ? Logprobs.of(prompt, completion.tokens()) : null);
        return new CompletionJson(
                head.id(),
                "text_completion",
                head.created(),
                head.model(),
                List.of(choice),
                AnswerJson.Usage.of(completion),
                completion.seed(),
                AnswerJson.Timings.of(completion, head.load()));
    }
}
