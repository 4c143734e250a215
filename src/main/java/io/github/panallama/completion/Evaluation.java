package io.github.panallama.completion;

import java.util.List;

/// The raw logits that a model computed over a text, kept in native memory until it is closed.
///
/// There is one row per evaluated position, as many numbers as the vocabulary has tokens: row `i` is the model's
/// prediction of what comes after token `i`. Without `ModelOptions.withLogitsAll(true)` only the last row is there.
/// Any thread may read it. Every method throws an [IllegalStateException] once it is closed; log-probabilities and the
/// likeliest tokens also once the model is.
public interface Evaluation extends AutoCloseable {
    /// {@return the tokens that were evaluated, BOS included}
    int[] tokens();

    /// {@return how many positions were evaluated: rows are numbered from 0 to one less}
    int positions();

    /// {@return how many numbers a row has}
    int vocabularySize();

    /// {@return the raw logit of a token}
    ///
    /// @param position 0..positions() - 1
    /// @param token an id of the vocabulary
    /// @throws IllegalStateException for a row that was not kept
    float logit(int position, int token);

    /// {@return the natural log of a token's probability: log-softmax of the row}
    ///
    /// @param position 0..positions() - 1
    /// @param token an id of the vocabulary
    /// @throws IllegalStateException for a row that was not kept
    float logprob(int position, int token);

    /// Copies a row.
    ///
    /// @param position 0..positions() - 1
    /// @param row where to, at least vocabularySize() long
    /// @throws IllegalStateException for a row that was not kept
    void copyRow(int position, float[] row);

    /// {@return the likeliest tokens at a position, in descending order (ties: lower id first)}
    ///
    /// @param position 0..positions() - 1
    /// @param n how many, 0 or more; more than the vocabulary has means all
    /// @throws IllegalStateException for a row that was not kept
    List<Candidate> top(int position, int n);

    /// Gives the memory back. Closing again does nothing.
    @Override
    void close();
}
