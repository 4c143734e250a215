package io.github.panallama.engine;

import io.github.panallama.chat.ChatOptions;
import io.github.panallama.chat.Message;
import io.github.panallama.completion.Bytes;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.Evaluation;
import io.github.panallama.completion.PromptOptions;
import io.github.panallama.completion.Score;
import io.github.panallama.completion.ScoreOptions;
import io.github.panallama.error.LlamaException;
import io.github.panallama.ffi.NativeLog;
import io.github.panallama.ffi.gen.pan_model_facts;
import io.github.panallama.ffi.gen.panallama_h;
import io.github.panallama.model.ModelInfo;
import io.github.panallama.model.ModelOptions;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;

/// Everything that belongs to one loaded model: weights, vocabulary, context, and the two threads that use them.
///
/// Requests are checked and tokenized here; [Scheduler] runs them.
public final class Engine implements Inference {
    /// The context that is used when none is asked for, unless the model was trained for less.
    private static final int DEFAULT_CONTEXT = 8192;

    private static final int FALLBACK_CONTEXT = 2048; // for a file that does not say what it was trained for

    private final Model model;
    private final Vocabulary vocabulary;
    private final TokenizerThread tokenizer = new TokenizerThread();
    private final TokenizerThread replies = new TokenizerThread(); // a long prompt must not stop what is streamed
    private final Requests requests;
    private final Scheduler scheduler;
    private final Prompts prompts; // on the tokenizer's thread only
    private final Intake intake;
    private final Scorer scorer;
    private final ModelInfo info;
    private final boolean logitsAll;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Engine(Model model, ModelOptions options, long start) {
        this.model = model;
        this.vocabulary = new Vocabulary(model);
        int contextSize = contextSize(model, options);
        this.logitsAll = options.logitsAll();
        this.requests = new Requests(options.parallel(), options.queue());
        this.scheduler =
                new Scheduler(() -> Context.create(model, contextSize, options), requests, vocabulary, options);
        this.prompts = new Prompts(model, vocabulary);
        this.intake = new Intake(vocabulary, tokenizer, requests, contextSize);
        this.scorer = new Scorer(vocabulary, prompts, tokenizer, intake, contextSize);
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
        var plan = ModelFile.check(file, options); // while the library is being loaded, if someone has begun with that
        Backend.start();
        if (options.compute().gpuLayers() == 0 || !Backend.hasGpu()) { // a GPU's driver refuses by itself
            ModelFile.refuseTooLarge(file, plan);
        }
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

    @Override
    public ModelInfo info() {
        return info;
    }

    @Override
    public int[] tokenize(String text, boolean addSpecial, boolean parseSpecial) {
        return tokenizer.call(() -> vocabulary.tokenize(text, addSpecial, parseSpecial));
    }

    @Override
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
    /// @param options how it is rendered
    public int[] tokenize(List<Message> messages, ChatOptions options) {
        return tokenizer
                .call(() -> prompts.of(prompts.render(messages, options), false))
                .tokens();
    }

    /// {@return a text as a prompt, or as what stands before a gap}
    private Prompt prompt(String text, PromptOptions options) {
        return tokenizer.call(() -> options.suffix().isPresent()
                ? prompts.around(text, options.suffix().get())
                : prompts.of(text, options.parseSpecial()));
    }

    private Prompt prompt(int[] tokens, PromptOptions options) {
        if (options.suffix().isPresent()) {
            throw new IllegalArgumentException(
                    "a suffix needs a prompt that is a text: give that, or the tokens of both");
        }
        return tokenizer.call(() -> prompts.of(tokens));
    }

    private Reading reading(Prompt prompt, CompletionOptions options) {
        return options.prompt().echo()
                ? Reading.tokens(tokenizer.call(() -> PromptTokens.of(vocabulary, prompt)), prompt.added())
                : Reading.NONE;
    }

    private Run submit(Prompt prompt, CompletionOptions options) {
        if (options.n() != 1) {
            throw new IllegalArgumentException(
                    "n is %d, but one completion is asked for: use completeAll".formatted(options.n()));
        }
        return intake.submit(prompt, options, reading(prompt, options));
    }

    @Override
    public Run submit(String prompt, CompletionOptions options) {
        return submit(prompt(prompt, options.prompt()), options);
    }

    @Override
    public Run submit(int[] prompt, CompletionOptions options) {
        return submit(prompt(prompt, options.prompt()), options);
    }

    @Override
    public ChatRun submit(List<Message> messages, ChatOptions options, boolean resumed) {
        var wanted = options.completion();
        if (wanted.prompt().echo() || wanted.prompt().suffix().isPresent()) {
            throw new IllegalArgumentException("a chat has neither echo nor suffix: leave them out");
        }
        if (wanted.grammar().isPresent() && !options.tools().list().isEmpty()) {
            throw new IllegalArgumentException("tools or a grammar for the answer: give one of them");
        }
        var chat = tokenizer.call(() -> prompts.render(messages, options));
        if (options.tools().isRequired() && chat.grammar().isEmpty()) {
            throw new IllegalArgumentException(
                    "this model's chat template knows no tools, so it cannot be made to call one: use another model, or ToolChoice.AUTO");
        }
        var prompt = tokenizer.call(() -> prompts.of(chat, resumed));
        var reader = new ReplyReader(ReplyParser.of(chat.parser(), replies), chat.marks());
        return new ChatRun(submit(prompt, wanted.withGrammar(chat.grammar().or(wanted::grammar))), reader);
    }

    @Override
    public int count(String prompt) {
        return prompt(prompt, PromptOptions.DEFAULT).tokens().length;
    }

    @Override
    public int count(List<Message> messages, ChatOptions options) {
        return tokenize(messages, options).length;
    }

    @Override
    public List<TokenSource> submitAll(String text, CompletionOptions options) {
        var prompt = prompt(text, options.prompt());
        return List.copyOf(intake.submitAll(prompt, options, reading(prompt, options)));
    }

    @Override
    public Score score(String text, ScoreOptions options) {
        return scorer.score(text, options);
    }

    @Override
    public List<Score> score(String prompt, List<String> continuations, ScoreOptions options) {
        return scorer.score(prompt, continuations, options);
    }

    @Override
    public Evaluation evaluate(String text) {
        return evaluate(tokenizer.call(() -> prompts.of(text, true)));
    }

    @Override
    public Evaluation evaluate(int[] tokens) {
        return evaluate(tokenizer.call(() -> prompts.of(tokens)));
    }

    private Evaluation evaluate(Prompt prompt) {
        int length = prompt.tokens().length;
        int first = logitsAll ? 0 : Math.max(length - 1, 0);
        var rows = new LogitRows(first, length - first, vocabulary.size());
        try {
            var run = intake.submit(prompt, CompletionOptions.DEFAULT.withMaxTokens(0), Reading.rows(rows));
            run.drain(token -> {});
            return new OffHeapEvaluation(vocabulary, tokenizer, prompt.tokens(), rows);
        } catch (Throwable e) {
            rows.close();
            throw e;
        }
    }

    @Override
    public boolean isClosed() {
        return closed.get();
    }

    /// Ends running requests with an exception, then frees everything, children first.
    @Override
    public void close() {
        requests.refuseEngine();
        if (closed.compareAndSet(false, true)) {
            scheduler.close();
            intake.close();
            tokenizer.call(() -> {
                prompts.close();
                return 0;
            });
            tokenizer.close();
            replies.close();
            model.close();
        }
    }
}
