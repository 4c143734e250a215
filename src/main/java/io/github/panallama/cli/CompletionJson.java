package io.github.panallama.cli;

import io.github.panallama.cli.AnswerJson.Alternative;
import io.github.panallama.completion.Completion;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.Timings;
import io.github.panallama.completion.Token;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `complete --json`: OpenAI's completion object, with the stop, the seed, the limits, the times and lossless
/// alternatives.
///
/// @param seed of the first choice; that of choice `i` is `seed + i`
record CompletionJson(
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
            int index, String text, String finishReason, @Nullable String stopSequence, @Nullable Logprobs logprobs) {
        static Choice of(int index, Completion completion, CompletionOptions options) {
            return new Choice(
                    index,
                    completion.text(),
                    AnswerJson.finishReason(completion.finish()),
                    AnswerJson.stopSequence(completion.finish()),
                    options.logprobs().isPresent()
                            ? Logprobs.of(completion, options.prompt().echo())
                            : null);
        }
    }

    /// Lists of equal length, an element per token: those of an echoed prompt, then those of the answer. The first one
    /// of an echoed prompt has no values, as OpenAI's clients expect.
    ///
    /// @param tokens their texts; one that begins before a stop is whole here
    /// @param textOffset where each begins, in code points from the start of the prompt
    /// @param topLogprobs by text: of alternatives that print alike the likeliest; the chosen token's own always
    /// @param top the same without loss
    record Logprobs(
            List<String> tokens,
            List<Integer> tokenIds,
            List<Integer> textOffset,
            List<@Nullable Float> tokenLogprobs,
            List<@Nullable Map<String, Float>> topLogprobs,
            List<@Nullable List<Alternative>> top) {

        static Logprobs of(Completion completion, boolean echo) {
            var logprobs = new Logprobs(
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>());
            completion.prompt().forEach(token -> logprobs.add(token, token.text(), echo));
            var texts = Pieces.of(completion.tokens()).texts();
            for (int i = 0; i < texts.size(); i++) {
                logprobs.add(completion.tokens().get(i), texts.get(i), echo);
            }
            return logprobs;
        }

        private void add(Token token, String text, boolean echo) {
            boolean none = token.logprobs().isEmpty() || (echo && tokens.isEmpty());
            tokens.add(text);
            tokenIds.add(token.id());
            textOffset.add(token.textOffset());
            if (none) {
                tokenLogprobs.add(null);
                topLogprobs.add(null);
                top.add(null);
                return;
            }
            var alternatives = AnswerJson.alternatives(token);
            tokenLogprobs.add(Json.logprob(token.logprob()));
            topLogprobs.add(byText(token, text, alternatives));
            top.add(alternatives);
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

    /// {@return the object}
    ///
    /// @param completions of one prompt, at least one
    /// @param options what was asked for
    static CompletionJson of(AnswerJson.Head head, List<Completion> completions, CompletionOptions options) {
        var choices = new ArrayList<Choice>();
        for (int i = 0; i < completions.size(); i++) {
            choices.add(Choice.of(i, completions.get(i), options));
        }
        var first = completions.getFirst();
        return new CompletionJson(
                head.id(),
                "text_completion",
                head.created(),
                head.model(),
                choices,
                AnswerJson.Usage.of(completions),
                first.seed(),
                AnswerJson.Limits.of(first),
                AnswerJson.Timings.of(timings(completions), head.load()));
    }

    /// The times of all together; the first token is that of the first.
    private static Timings timings(List<Completion> completions) {
        var sum = completions.stream().map(Completion::timings).reduce(Timings.NONE, Timings::plus);
        var first = completions.getFirst().timings().firstToken();
        return new Timings(sum.prompt(), first, sum.decode(), sum.promptTokens(), sum.decodedTokens());
    }
}
