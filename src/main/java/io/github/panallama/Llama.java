package io.github.panallama;

import io.github.panallama.chat.ChatOptions;
import io.github.panallama.chat.Message;
import io.github.panallama.completion.Completion;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.engine.Engine;
import io.github.panallama.error.ContextFullException;
import io.github.panallama.error.LlamaException;
import io.github.panallama.error.QueueFullException;
import io.github.panallama.model.ModelInfo;
import io.github.panallama.model.ModelOptions;
import java.nio.file.Path;
import java.util.List;

/// A loaded model.
///
/// ```java
/// try (var llama = Llama.load(Path.of("model.gguf"))) {
///     IO.println(llama.complete("The capital of France is"));
/// }
/// ```
///
/// All methods may be called from any number of threads, virtual ones too: requests run on
/// [ModelOptions#parallel()] slots and wait their turn beyond that. Nothing is printed unless
/// [ModelOptions#verbose()] is set.
public final class Llama implements AutoCloseable {
    private final Engine engine;

    private Llama(Engine engine) {
        this.engine = engine;
    }

    /// {@return the model, loaded with [ModelOptions#DEFAULT]}
    ///
    /// @param gguf a GGUF file
    /// @throws LlamaException if it cannot be loaded
    public static Llama load(Path gguf) {
        return load(gguf, ModelOptions.DEFAULT);
    }

    /// {@return the model}
    ///
    /// @param gguf a GGUF file
    /// @param options how it is loaded
    /// @throws LlamaException if it cannot be loaded; its subclass says whether the file, the memory or the native
    /// library
    ///     is to blame
    public static Llama load(Path gguf, ModelOptions options) {
        return new Llama(Engine.load(gguf, options));
    }

    /// {@return what the model writes after a prompt, with [CompletionOptions#DEFAULT]}
    ///
    /// @param prompt any text; BOS is added if the model wants one
    public Completion complete(String prompt) {
        return complete(prompt, CompletionOptions.DEFAULT);
    }

    /// {@return what the model writes after a prompt}
    ///
    /// @param prompt any text; BOS is added if the model wants one
    /// @param options how
    /// @throws ContextFullException if the prompt does not fit the context
    /// @throws QueueFullException if too many requests wait already
    /// @throws IllegalStateException when closed
    public Completion complete(String prompt, CompletionOptions options) {
        try (var generation = generate(prompt, options)) {
            return generation.result();
        }
    }

    /// {@return a completion whose tokens can be taken as they come}
    ///
    /// @param prompt any text; BOS is added if the model wants one
    /// @param options how
    /// @throws ContextFullException if the prompt does not fit the context
    /// @throws QueueFullException if too many requests wait already
    /// @throws IllegalStateException when closed, or when this thread's own unfinished generations hold all slots
    public Generation generate(String prompt, CompletionOptions options) {
        return new Generation(engine.submit(engine.tokenize(prompt, true, options.parseSpecial()), options));
    }

    /// {@return the model's reply to a chat, whose tokens can be taken as they come}
    ///
    /// @param messages the chat so far, rendered with the model's own template; what they say is never read as
    /// control
    ///     tokens
    /// @param options how
    /// @throws ContextFullException if the chat does not fit the context
    /// @throws QueueFullException if too many requests wait already
    /// @throws IllegalStateException when closed, or when the model has no chat template
    public Generation generate(List<Message> messages, ChatOptions options) {
        return new Generation(engine.submit(engine.tokenize(messages), options.completion()));
    }

    /// {@return the tokens of a text, without BOS, the text of control tokens read as plain text}
    ///
    /// @param text any text
    public int[] tokenize(String text) {
        return engine.tokenize(text, false, false);
    }

    /// {@return the text of tokens}
    ///
    /// @param tokens ids of this model's vocabulary
    /// @throws IllegalArgumentException if an id is not in the vocabulary
    public String detokenize(int... tokens) {
        return engine.detokenize(tokens);
    }

    /// {@return what the model says about itself, and how it was loaded}
    public ModelInfo info() {
        return engine.info();
    }

    /// Ends running requests with an [IllegalStateException] and frees the model. Closing again does nothing.
    @Override
    public void close() {
        engine.close();
    }
}
