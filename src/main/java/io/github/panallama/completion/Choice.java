package io.github.panallama.completion;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// How likely each answer to a question is, as evaluation harnesses compare them.
///
/// @param answers the answers that could be given, at least one
/// @param scores of each of them, as a continuation of the question
public record Choice(List<String> answers, List<Score> scores) {
    /// Copies the lists.
    public Choice {
        answers = List.copyOf(answers);
        scores = List.copyOf(scores);
        if (answers.isEmpty() || answers.size() != scores.size()) {
            throw new IllegalArgumentException("%d answers with %d scores: there must be as many, at least one"
                    .formatted(answers.size(), scores.size()));
        }
    }

    /// {@return the index of the answer with the highest log-probability; of equals the first. The `acc` of evaluation
    /// harnesses}
    public int best() {
        return highest(i -> scores.get(i).sumLogprob());
    }

    /// {@return the index of the answer with the highest log-probability per code point of its text without the space
    /// before it, which favours no answer for being short; of equals the first. The `acc_norm` of evaluation
    /// harnesses}
    public int bestNormalised() {
        return highest(i -> normalised(i));
    }

    /// {@return the log-probability of an answer per code point of its text, the white space before it left out}
    ///
    /// @param index of the answer
    public double normalised(int index) {
        var answer = answers.get(index).stripLeading();
        return scores.get(index).sumLogprob() / Math.max(answer.codePointCount(0, answer.length()), 1);
    }

    private int highest(ToDoubleFunction<Integer> value) {
        return IntStream.range(0, answers.size())
                .boxed()
                .reduce((a, b) -> value.applyAsDouble(b) > value.applyAsDouble(a) ? b : a)
                .orElseThrow();
    }

    /// {@return the answer with the highest log-probability}
    @Override
    public String toString() {
        return answers.get(best());
    }
}
