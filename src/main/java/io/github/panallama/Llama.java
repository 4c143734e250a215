package io.github.panallama;

import io.github.panallama.chat.ChatOptions;
import io.github.panallama.chat.ChatReply;
import io.github.panallama.chat.Message;
import io.github.panallama.completion.Choice;
import io.github.panallama.completion.Completion;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.Evaluation;
import io.github.panallama.completion.Score;
import io.github.panallama.completion.ScoreOptions;
import io.github.panallama.engine.Engine;
import io.github.panallama.engine.Inference;
import io.github.panallama.error.ContextFullException;
import io.github.panallama.error.InsufficientMemoryException;
import io.github.panallama.error.LlamaException;
import io.github.panallama.error.QueueFullException;
import io.github.panallama.isolation.Worker;
import io.github.panallama.model.ModelInfo;
import io.github.panallama.model.ModelOptions;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.CancellationException;
import java.util.function.Function;

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
///
/// Close it when it is no longer needed. One that is forgotten is closed when the garbage collector finds it, with a
/// warning in the log of `io.github.panallama`.
public final class Llama implements AutoCloseable {
    /// The net under a model that nobody closes: its threads would hold it for ever.
    private static final Cleaner CLEANER = Cleaner.create();

    private static final System.Logger LOG = System.getLogger("io.github.panallama");

    /// An evaluation reads its tokens' texts from the model, which is reachable while it is.
    private static final Map<Evaluation, Llama> OWNERS = Collections.synchronizedMap(new WeakHashMap<>());

    private final Inference engine;

    private Llama(Inference engine) {
        this.engine = engine;
        var file = engine.info().file();
        CLEANER.register(this, () -> {
            if (!engine.isClosed()) {
                LOG.log(System.Logger.Level.WARNING, "a Llama was never closed, and is now: {0}", file);
                engine.close();
            }
        });
    }

    /// A model is not forgotten while it is being asked, also when its caller has no other use for it.
    private <T> T ask(Function<Inference, T> question) {
        try {
            return question.apply(engine);
        } finally {
            Reference.reachabilityFence(this);
        }
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
        return new Llama(
                switch (options.isolation()) {
                    case NONE -> Engine.load(gguf, options);
                    case PROCESS -> Worker.load(gguf, options);
                });
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

    /// {@return what the model writes after a prompt that is tokens already}
    ///
    /// @param prompt ids of this model's vocabulary, taken as they are: BOS is not added
    /// @param options how; without suffix
    /// @throws ContextFullException if the prompt does not fit the context
    /// @throws QueueFullException if too many requests wait already
    public Completion complete(int[] prompt, CompletionOptions options) {
        try (var generation = generate(prompt, options)) {
            return generation.result();
        }
    }

    /// {@return several completions of one prompt, generated side by side where there are slots}
    ///
    /// Their seeds follow each other, beginning with the given one: completion `i` alone is repeated with `seed +
    /// i`.
    ///
    /// @param prompt any text; BOS is added if the model wants one
    /// @param options how, and how many: [CompletionOptions#n()]
    /// @throws ContextFullException if the prompt does not fit the context
    /// @throws QueueFullException if too many requests wait already: all are done or none
    public List<Completion> completeAll(String prompt, CompletionOptions options) {
        var generations = engine.submitAll(prompt, options).stream()
                .map(run -> new Generation(run, this))
                .toList();
        try {
            return generations.stream().map(Generation::result).toList();
        } finally {
            generations.forEach(Generation::close);
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
        return new Generation(engine.submit(prompt, options), this);
    }

    /// {@return a completion of a prompt that is tokens already, whose tokens can be taken as they come}
    ///
    /// @param prompt ids of this model's vocabulary, taken as they are: BOS is not added
    /// @param options how; without suffix
    /// @throws ContextFullException if the prompt does not fit the context
    /// @throws QueueFullException if too many requests wait already
    public Generation generate(int[] prompt, CompletionOptions options) {
        return new Generation(engine.submit(prompt, options), this);
    }

    /// {@return the model's reply to a chat}
    ///
    /// @param messages the chat so far, rendered with the model's own template; what they say is never read as
    ///     control tokens. If the last one is the model's, the reply continues it, and leaves it out
    /// @param options how
    /// @throws ContextFullException if the chat does not fit the context
    /// @throws QueueFullException if too many requests wait already
    /// @throws IllegalArgumentException if the template refuses the chat
    /// @throws IllegalStateException when closed, or when the model has no chat template
    public ChatReply chat(List<Message> messages, ChatOptions options) {
        try (var generation = generate(messages, options)) {
            return generation.result();
        }
    }

    /// {@return the model's reply to a chat, whose parts can be taken as they come}
    ///
    /// @param messages the chat so far, as for [#chat]
    /// @param options how
    /// @throws ContextFullException if the chat does not fit the context
    /// @throws QueueFullException if too many requests wait already
    /// @throws IllegalArgumentException if the template refuses the chat
    /// @throws IllegalStateException when closed, or when the model has no chat template
    public ChatGeneration generate(List<Message> messages, ChatOptions options) {
        return generate(messages, options, false);
    }

    /// Of a [Chat], which takes over all that the engine still holds of it.
    ChatGeneration generate(List<Message> messages, ChatOptions options, boolean resumed) {
        var chat = engine.submit(messages, options, resumed);
        return new ChatGeneration(new Generation(chat.run(), this), chat.reader());
    }

    /// {@return how many tokens a prompt has, BOS included if the model wants one: what [#complete] would report}
    ///
    /// @param prompt any text
    public int countTokens(String prompt) {
        return ask(e -> e.count(prompt));
    }

    /// {@return how many tokens a chat has, rendered with the model's own template: what [#chat] would report}
    ///
    /// @param messages the chat so far, as for [#chat]
    /// @param options as for [#chat]: tools and template arguments count
    public int countTokens(List<Message> messages, ChatOptions options) {
        return ask(e -> e.count(messages, options));
    }

    /// {@return how likely the model finds a text, token by token, with [ScoreOptions#DEFAULT]}
    ///
    /// @param text any text, of any length
    public Score score(String text) {
        return score(text, ScoreOptions.DEFAULT);
    }

    /// {@return how likely the model finds a text, token by token}
    ///
    /// Nothing is generated. Each row of logits is reduced as it is computed, so memory does not grow with the text
    /// times the vocabulary.
    ///
    /// @param text any text; longer than the context it is read window by window, see [ScoreOptions#stride()]
    /// @param options how
    /// @throws CancellationException if its handle, its deadline or an interrupt ended it
    public Score score(String text, ScoreOptions options) {
        return ask(e -> e.score(text, options));
    }

    /// {@return how likely each continuation of a prompt is, in their order, with [ScoreOptions#DEFAULT]}
    ///
    /// @param prompt any text
    /// @param continuations what may follow, none empty, with the space before it where there is one
    public List<Score> score(String prompt, List<String> continuations) {
        return score(prompt, continuations, ScoreOptions.DEFAULT);
    }

    /// {@return how likely each continuation of a prompt is, in their order}
    ///
    /// As evaluation harnesses count it: white space at the end of the prompt belongs to the continuations.
    ///
    /// @param prompt any text
    /// @param continuations what may follow, none empty, with the space before it where there is one
    /// @param options how; a deadline is for all of them together
    /// @throws CancellationException if its handle, its deadline or an interrupt ended it
    public List<Score> score(String prompt, List<String> continuations, ScoreOptions options) {
        return ask(e -> e.score(prompt, continuations, options));
    }

    /// {@return which of several answers the model finds likeliest: [Choice#best()], and by length
    /// [Choice#bestNormalised()]}
    ///
    /// @param prompt the question, such as `"Question: …\nAnswer:"`
    /// @param answers what may follow, with the space before it; at least one, none empty
    public Choice choose(String prompt, List<String> answers) {
        return new Choice(answers, score(prompt, answers));
    }

    /// {@return the raw logits over a text: of the last position, or with [ModelOptions#logitsAll()] of all}
    ///
    /// @param text any text that fits the context; BOS is added if the model wants one
    /// @throws ContextFullException if it does not fit
    /// @throws InsufficientMemoryException if the rows do not: the message has the figure
    public Evaluation evaluate(String text) {
        return evaluated(ask(e -> e.evaluate(text)));
    }

    /// {@return the raw logits over tokens: of the last position, or with [ModelOptions#logitsAll()] of all}
    ///
    /// @param tokens ids of this model's vocabulary, taken as they are, that fit the context
    /// @throws ContextFullException if they do not fit
    /// @throws InsufficientMemoryException if the rows do not: the message has the figure
    public Evaluation evaluate(int... tokens) {
        return evaluated(ask(e -> e.evaluate(tokens)));
    }

    private Evaluation evaluated(Evaluation evaluation) {
        OWNERS.put(evaluation, this);
        return evaluation;
    }

    /// {@return the tokens of a text, without BOS, the text of control tokens read as plain text}
    ///
    /// @param text any text
    public int[] tokenize(String text) {
        return ask(e -> e.tokenize(text, false, false));
    }

    /// {@return the text of tokens}
    ///
    /// @param tokens ids of this model's vocabulary
    /// @throws IllegalArgumentException if an id is not in the vocabulary
    public String detokenize(int... tokens) {
        return ask(e -> e.detokenize(tokens));
    }

    /// {@return what the model says about itself, and how it was loaded}
    public ModelInfo info() {
        return engine.info();
    }

    /// {@return whether it has been closed}
    public boolean isClosed() {
        return engine.isClosed();
    }

    /// Ends running requests with an [IllegalStateException] and frees the model. Closing again does nothing.
    @Override
    public void close() {
        engine.close();
    }
}
