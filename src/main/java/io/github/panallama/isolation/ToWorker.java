package io.github.panallama.isolation;

import io.github.panallama.chat.ChatOptions;
import io.github.panallama.chat.Message;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.ScoreOptions;
import io.github.panallama.model.ModelOptions;
import java.nio.file.Path;
import java.util.List;

/// What the caller's process says to the worker. The first is [Load]. Each order has an id of its own, and what answers
/// it bears the same; an order that starts several requests has one id for each, beginning with its own.
sealed interface ToWorker {
    /// {@return the order's id, or that of the order that it is about}
    long id();

    /// Loads the model: a ModelInfo.
    record Load(long id, Path file, ModelOptions options) implements ToWorker {}

    /// The tokens of a text.
    record Tokenize(long id, String text, boolean addSpecial, boolean parseSpecial) implements ToWorker {}

    /// The text of tokens.
    record Detokenize(long id, List<Integer> tokens) implements ToWorker {}

    /// How many tokens a prompt has.
    record Count(long id, String text) implements ToWorker {}

    /// How many tokens a chat has.
    record CountChat(long id, List<Message> messages, ChatOptions options) implements ToWorker {}

    /// Starts a completion.
    ///
    /// @param caller whom its tokens are for
    record Complete(long id, long caller, String text, CompletionOptions options) implements ToWorker {}

    /// Starts a completion of tokens.
    record CompleteTokens(long id, long caller, List<Integer> tokens, CompletionOptions options) implements ToWorker {}

    /// Starts several.
    record CompleteAll(long id, long caller, String text, CompletionOptions options) implements ToWorker {}

    /// Starts a reply.
    record Chat(long id, long caller, List<Message> messages, ChatOptions options, boolean resumed)
            implements ToWorker {}

    /// Lets a request send more tokens.
    record More(long id, int tokens) implements ToWorker {}

    /// Says whether it is enough for a request's caller to have its tokens many at a time.
    record Patience(long id, boolean patient) implements ToWorker {}

    /// Says that a request's tokens are for another caller.
    record HandTo(long id, long caller) implements ToWorker {}

    /// Ends a request, or a score.
    record Stop(long id, String reason) implements ToWorker {}

    /// Scores a text.
    record ScoreText(long id, long caller, String text, ScoreOptions options) implements ToWorker {}

    /// Scores what may follow a prompt.
    record ScoreAll(long id, long caller, String prompt, List<String> continuations, ScoreOptions options)
            implements ToWorker {}

    /// Evaluates a text: an [Evaluated], which stays until it is released.
    record Evaluate(long id, long caller, String text) implements ToWorker {}

    /// Evaluates tokens.
    record EvaluateTokens(long id, long caller, List<Integer> tokens) implements ToWorker {}

    /// A row of an evaluation's logits.
    record Row(long id, long evaluation, int position) implements ToWorker {}

    /// A token's log-probability in a row.
    record Logprob(long id, long evaluation, int position, int token) implements ToWorker {}

    /// The likeliest tokens of a row.
    record Top(long id, long evaluation, int position, int n) implements ToWorker {}

    /// Frees an evaluation.
    record Release(long id) implements ToWorker {}

    /// What an evaluation is.
    ///
    /// @param tokens that were evaluated
    /// @param vocabularySize numbers in a row
    record Evaluated(List<Integer> tokens, int vocabularySize) {}
}
