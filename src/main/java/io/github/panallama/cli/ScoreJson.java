package io.github.panallama.cli;

import io.github.panallama.completion.Logprobs;
import io.github.panallama.completion.Score;
import io.github.panallama.completion.Token;
import io.github.panallama.http.wire.Alternative;
import io.github.panallama.http.wire.Json;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `score --json`: the tokens of a text, and their sum.
///
/// @param count how many tokens have a log-probability
/// @param perplexity null when nothing was scored, or when a token has no probability at all
record ScoreJson(
        String model, List<Entry> tokens, int count, double sumLogprob, @Nullable Double perplexity, Timings timings) {

    /// A token.
    ///
    /// @param textOffset where it begins, in code points
    /// @param logprob null for a first one that nothing comes before, as is `rank`
    /// @param top the likeliest tokens, as many as were asked for; the token itself always
    record Entry(
            int id,
            String text,
            int textOffset,
            @Nullable Float logprob,
            @Nullable Integer rank,
            List<Alternative> top) {
        static Entry of(Token token) {
            return new Entry(
                    token.id(),
                    token.text(),
                    token.textOffset(),
                    token.logprobs().map(Logprobs::chosen).map(Json::logprob).orElse(null),
                    token.logprobs().map(Logprobs::rank).orElse(null),
                    Alternative.of(token));
        }
    }

    record Timings(double loadMs, double promptMs, double promptPerSecond) {}

    static ScoreJson of(String model, Score score, Duration load) {
        var timings = AnswerJson.Timings.of(score.timings(), load);
        return new ScoreJson(
                model,
                score.tokens().stream().map(Entry::of).toList(),
                score.count(),
                Json.sum(score.sumLogprob()),
                Double.isFinite(score.perplexity()) ? score.perplexity() : null,
                new Timings(timings.loadMs(), timings.promptMs(), timings.promptPerSecond()));
    }
}
