package io.github.panallama.cli;

import io.github.panallama.completion.Completion;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.Timings;
import io.github.panallama.http.wire.AppliedLimits;
import io.github.panallama.http.wire.Finish;
import io.github.panallama.http.wire.LogprobLists;
import io.github.panallama.http.wire.TokenUsage;
import java.util.ArrayList;
import java.util.List;
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
        TokenUsage usage,
        long seed,
        AppliedLimits limits,
        AnswerJson.Timings timings) {

    record Choice(
            int index,
            String text,
            String finishReason,
            @Nullable String stopSequence,
            @Nullable LogprobLists logprobs) {
        static Choice of(int index, Completion completion, CompletionOptions options) {
            return new Choice(
                    index,
                    completion.text(),
                    Finish.reason(completion.finish()),
                    Finish.stopSequence(completion.finish()),
                    options.logprobs().isPresent()
                            ? LogprobLists.of(completion, options.prompt().echo())
                            : null);
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
                TokenUsage.of(TokenUsage.sum(completions, completions.size())),
                first.seed(),
                AppliedLimits.of(first.limits()),
                AnswerJson.Timings.of(timings(completions), head.load()));
    }

    /// The times of all together; the first token is that of the first.
    private static Timings timings(List<Completion> completions) {
        var sum = completions.stream().map(Completion::timings).reduce(Timings.NONE, Timings::plus);
        var first = completions.getFirst().timings().firstToken();
        return new Timings(sum.prompt(), first, sum.decode(), sum.promptTokens(), sum.decodedTokens());
    }
}
