package io.github.panallama.engine;

import io.github.panallama.chat.ChatOptions;
import io.github.panallama.chat.Message;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.Evaluation;
import io.github.panallama.completion.Score;
import io.github.panallama.completion.ScoreOptions;
import io.github.panallama.error.ContextFullException;
import io.github.panallama.model.ModelInfo;
import java.util.List;

/// What can be asked of a loaded model, in this process or in another one.
public interface Inference extends AutoCloseable {
    /// {@return what was loaded, and how}
    ModelInfo info();

    /// {@return the tokens of a text}
    ///
    /// @param text any text
    /// @param addSpecial whether to add what the model wants around a text (BOS)
    /// @param parseSpecial whether the text of control tokens means those tokens
    int[] tokenize(String text, boolean addSpecial, boolean parseSpecial);

    /// {@return the text of tokens}
    ///
    /// @param tokens ids of this model's vocabulary
    String detokenize(int[] tokens);

    /// {@return how many tokens a prompt has}
    int count(String prompt);

    /// {@return how many tokens a chat has}
    int count(List<Message> messages, ChatOptions options);

    /// Starts a completion.
    ///
    /// @throws IllegalArgumentException if the prompt is empty, or an option does not suit this model
    /// @throws ContextFullException if the prompt does not fit
    TokenSource submit(String prompt, CompletionOptions options);

    /// Starts a completion of a prompt that is tokens already.
    TokenSource submit(int[] prompt, CompletionOptions options);

    /// Starts [CompletionOptions#n()] completions of a prompt.
    List<TokenSource> submitAll(String prompt, CompletionOptions options);

    /// Starts the reply to a chat.
    ///
    /// @param messages the chat so far, at least one message
    /// @param options how
    /// @param resumed whether what a sequence holds of this conversation is taken over as it is
    ChatRun submit(List<Message> messages, ChatOptions options, boolean resumed);

    /// {@return the log-probabilities of a text's tokens}
    Score score(String text, ScoreOptions options);

    /// {@return the log-probabilities of the tokens of each of what may follow a prompt}
    List<Score> score(String prompt, List<String> continuations, ScoreOptions options);

    /// {@return the raw logits of a text}
    Evaluation evaluate(String text);

    /// {@return the raw logits of tokens}
    Evaluation evaluate(int[] tokens);

    /// {@return whether it has been closed}
    boolean isClosed();

    /// Ends running requests with an exception, then frees everything.
    @Override
    void close();
}
