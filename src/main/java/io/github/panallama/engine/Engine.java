package io.github.panallama.engine;

import io.github.panallama.chat.Message;
import io.github.panallama.completion.Bytes;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.error.ContextFullException;
import io.github.panallama.error.LlamaException;
import io.github.panallama.ffi.NativeLog;
import io.github.panallama.ffi.gen.pan_model_facts;
import io.github.panallama.ffi.gen.panallama_h;
import io.github.panallama.model.ModelInfo;
import io.github.panallama.model.ModelOptions;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Everything that belongs to one loaded model: weights, vocabulary, context, and the two threads that use them.
///
/// Requests are checked and tokenized here; [Scheduler] runs them.
public final class Engine implements AutoCloseable {
    /// The context that is used when none is asked for, unless the model was trained for less.
    private static final int DEFAULT_CONTEXT = 8192;

    private static final int FALLBACK_CONTEXT = 2048; // for a file that does not say what it was trained for

    private final Model model;
    private final Vocabulary vocabulary;
    private final TokenizerThread tokenizer = new TokenizerThread();
    private final Requests requests;
    private final Scheduler scheduler;
    private final ModelInfo info;
    private final SecureRandom random = new SecureRandom();
    private final AtomicBoolean closed = new AtomicBoolean();
    private @Nullable ChatTemplate template; // on the tokenizer's thread only

    private Engine(Model model, ModelOptions options, long start) {
        this.model = model;
        this.vocabulary = new Vocabulary(model);
        int contextSize = contextSize(model, options);
        var scratch = Vocabulary.scratch(Arena.ofAuto());
        this.requests = new Requests(options.parallel(), options.queue());
        this.scheduler = new Scheduler(
                () -> Context.create(model, contextSize, options),
                requests,
                options.verbose(),
                (run, sequence) -> new Slot(run, sequence, contextSize, vocabulary, scratch));
        try {
            this.info = describe(contextSize, options, Duration.ofNanos(System.nanoTime() - start));
            scheduler.start();
        } catch (Throwable e) { // the context before its model
            scheduler.close();
            throw e;
        }
    }

    /// Loads a model.
    ///
    /// @param file a GGUF file
    /// @param options how
    /// @throws LlamaException if it cannot be loaded
    public static Engine load(Path file, ModelOptions options) {
        long start = System.nanoTime();
        Backend.start();
        try {
            var model = Model.load(file, options);
            try {
                return new Engine(model, options, start);
            } catch (Throwable e) {
                model.close();
                throw e;
            }
        } finally {
            if (options.verbose()) {
                NativeLog.drain(System.err::println);
            }
        }
    }

    private static int contextSize(Model model, ModelOptions options) {
        if (options.contextSize() > 0) {
            return options.contextSize();
        }
        int trained = pan_model_facts.n_ctx_train(model.facts());
        return trained > 0 ? Math.min(trained, DEFAULT_CONTEXT) : FALLBACK_CONTEXT;
    }

    private ModelInfo describe(int contextSize, ModelOptions options, Duration loadTime) {
        var facts = model.facts();
        var context = scheduler.context();
        var chatTemplate = model.text(panallama_h.PAN_TEXT_CHAT_TEMPLATE());
        return new ModelInfo(
                model.file(),
                model.text(panallama_h.PAN_TEXT_DESCRIPTION()),
                model.text(panallama_h.PAN_TEXT_ARCHITECTURE()),
                pan_model_facts.n_params(facts),
                pan_model_facts.n_bytes(facts),
                new ModelInfo.Shape(
                        vocabulary.size(),
                        pan_model_facts.n_ctx_train(facts),
                        pan_model_facts.n_layer(facts),
                        pan_model_facts.n_embd(facts),
                        pan_model_facts.n_head(facts)),
                new ModelInfo.SpecialTokens(
                        id(pan_model_facts.token_bos(facts)),
                        id(pan_model_facts.token_eos(facts)),
                        id(pan_model_facts.token_eot(facts)),
                        vocabulary.addsBos()),
                chatTemplate.isEmpty() ? Optional.empty() : Optional.of(chatTemplate),
                new ModelInfo.Applied(
                        contextSize,
                        options.parallel(),
                        context.threads(),
                        context.threadsBatch(),
                        context.batchSize(),
                        loadTime));
    }

    private static OptionalInt id(int token) {
        return token < 0 ? OptionalInt.empty() : OptionalInt.of(token);
    }

    /// {@return what was loaded, and how}
    public ModelInfo info() {
        return info;
    }

    /// {@return the tokens of a text}
    ///
    /// @param text any text
    /// @param addSpecial whether to add what the model wants around a text (BOS)
    /// @param parseSpecial whether the text of control tokens means those tokens
    public int[] tokenize(String text, boolean addSpecial, boolean parseSpecial) {
        return tokenizer.call(() -> vocabulary.tokenize(text, addSpecial, parseSpecial));
    }

    /// {@return the text of tokens}
    ///
    /// @param tokens ids of this model's vocabulary
    public String detokenize(int[] tokens) {
        return tokenizer.call(() -> vocabulary.detokenize(tokens));
    }

    /// {@return the exact bytes of a token, those of the text of a control token included}
    ///
    /// @param token an id of this model's vocabulary
    public Bytes piece(int token) {
        return tokenizer.call(() -> Bytes.of(vocabulary.piece(token, true, Vocabulary.scratch(Arena.ofAuto()))));
    }

    /// {@return whether a token is a control token, whose text never appears in an answer}
    ///
    /// @param token an id of this model's vocabulary
    public boolean isControl(int token) {
        return tokenizer.call(() -> vocabulary.isControl(token));
    }

    /// {@return the tokens of a chat, rendered with the model's template}
    ///
    /// @param messages the chat so far, at least one message
    public int[] tokenize(List<Message> messages) {
        if (messages.isEmpty()) {
            throw new IllegalArgumentException("a chat needs at least one message");
        }
        return tokenizer.call(() -> vocabulary.tokenize(template().render(messages)));
    }

    private ChatTemplate template() {
        var parsed = template;
        if (parsed == null) {
            var source = info.chatTemplate()
                    .orElseThrow(() ->
                            new IllegalStateException("this model has no chat template: use complete instead of chat"));
            parsed = ChatTemplate.parse(
                    source,
                    tokenText(info.specialTokens().bos()),
                    tokenText(info.specialTokens().eos()));
            template = parsed;
        }
        return parsed;
    }

    private String tokenText(OptionalInt token) {
        if (token.isEmpty()) {
            return "";
        }
        try (var ta = Arena.ofConfined()) {
            return vocabulary.text(token.getAsInt(), Vocabulary.scratch(ta));
        }
    }

    /// Starts a completion.
    ///
    /// @param prompt its tokens
    /// @param options how
    /// @throws IllegalArgumentException if the prompt is empty, or an option names a token that the model has not
    /// @throws ContextFullException if the prompt does not fit
    public Run submit(int[] prompt, CompletionOptions options) {
        if (closed.get()) {
            throw new IllegalStateException("Llama is closed");
        }
        if (prompt.length == 0) {
            throw new IllegalArgumentException("the prompt is empty, and this model has no BOS token to begin with");
        }
        for (int token : prompt) {
            vocabulary.check(token);
        }
        options.sampling().logitBias().keySet().forEach(vocabulary::check);
        int context = info.applied().contextSize();
        int room = context - prompt.length;
        if (room < 1) {
            throw new ContextFullException(
                    "the prompt needs %,d tokens of context and one for the answer, have %,d: shorten it or load with a larger contextSize"
                            .formatted(prompt.length, context));
        }
        int maxTokens = options.maxTokens() < 0 ? room : Math.min(options.maxTokens(), room);
        long seed = options.sampling().seed().orElseGet(() -> random.nextLong(0xFFFF_FFFFL));
        var run = new Run(requests, new Request(prompt, options, seed, maxTokens, stopTokens(options)));
        if (maxTokens == 0) {
            run.finishEmpty();
        } else {
            requests.submit(run);
        }
        return run;
    }

    private Map<Integer, String> stopTokens(CompletionOptions options) {
        if (options.stop().isEmpty()) {
            return Map.of();
        }
        return tokenizer.call(() -> {
            var stops = new HashMap<Integer, String>();
            for (var stop : options.stop()) {
                var tokens = vocabulary.tokenize(stop, false, true);
                if (tokens.length == 1 && vocabulary.isSilent(tokens[0])) {
                    stops.put(tokens[0], stop);
                }
            }
            return stops;
        });
    }

    /// Ends running requests with an exception, then frees everything, children first.
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            scheduler.close();
            tokenizer.call(() -> {
                if (template != null) {
                    template.close();
                }
                return 0;
            });
            tokenizer.close();
            model.close();
        }
    }
}
