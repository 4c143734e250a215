package io.github.panallama.cli;

import io.github.panallama.completion.Choice;
import io.github.panallama.http.wire.Json;
import java.util.ArrayList;
import java.util.List;

/// `score --prompt --choice --json`: how likely each answer is.
///
/// @param best index of the likeliest answer
/// @param bestNormalised index of the likeliest by length
record ChoiceJson(String model, List<Entry> choices, int best, int bestNormalised) {
    /// An answer.
    ///
    /// @param count its tokens
    /// @param normalisedLogprob per code point of its text, without the white space before it
    /// @param greedy whether a greedy completion would have written it
    record Entry(int index, String text, int count, double sumLogprob, double normalisedLogprob, boolean greedy) {}

    static ChoiceJson of(String model, Choice choice) {
        var entries = new ArrayList<Entry>();
        for (int i = 0; i < choice.answers().size(); i++) {
            var score = choice.scores().get(i);
            entries.add(new Entry(
                    i,
                    choice.answers().get(i),
                    score.count(),
                    Json.sum(score.sumLogprob()),
                    Json.sum(choice.normalised(i)),
                    score.isGreedy()));
        }
        return new ChoiceJson(model, entries, choice.best(), choice.bestNormalised());
    }
}
