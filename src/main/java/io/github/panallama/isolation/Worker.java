package io.github.panallama.isolation;

import io.github.panallama.chat.ChatOptions;
import io.github.panallama.chat.Message;
import io.github.panallama.completion.Cancel;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.Control;
import io.github.panallama.completion.Evaluation;
import io.github.panallama.completion.Score;
import io.github.panallama.completion.ScoreOptions;
import io.github.panallama.engine.ChatRun;
import io.github.panallama.engine.Inference;
import io.github.panallama.engine.TokenSource;
import io.github.panallama.error.LlamaException;
import io.github.panallama.model.ModelInfo;
import io.github.panallama.model.ModelOptions;
import io.github.panallama.sampling.Stage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// A model that is loaded in a process of its own. When that dies, what ran in it fails, and the next call starts
/// another.
public final class Worker implements Inference {
    private final Path file;
    private final ModelOptions options;
    private final ReentrantLock lock = new ReentrantLock(); // held while a process starts
    private volatile Loaded loaded;
    private volatile boolean closed;

    private record Loaded(WorkerProcess process, ModelInfo info) {}

    private Worker(Path file, ModelOptions options) {
        this.file = file;
        this.options = options;
        this.loaded = start();
    }

    /// Loads a model in a new process.
    ///
    /// @param file a GGUF file
    /// @param options how
    /// @throws LlamaException if it cannot be loaded, or the process dies of it
    public static Worker load(Path file, ModelOptions options) {
        return new Worker(file, options);
    }

    private Loaded start() {
        var process = WorkerProcess.start(options);
        try {
            return new Loaded(process, process.load(file, options));
        } catch (RuntimeException e) {
            process.close(e);
            throw e;
        }
    }

    private WorkerProcess process() {
        var current = loaded;
        refuseClosed();
        if (!current.process().isOver()) {
            return current.process();
        }
        lock.lock();
        try {
            refuseClosed();
            if (loaded.process().isOver()) {
                loaded = start();
            }
            return loaded.process();
        } finally {
            lock.unlock();
        }
    }

    private void refuseClosed() {
        if (closed) {
            throw new IllegalStateException("Llama is closed");
        }
    }

    @Override
    public ModelInfo info() {
        return loaded.info();
    }

    @Override
    public int[] tokenize(String text, boolean addSpecial, boolean parseSpecial) {
        return process().ask(id -> new ToWorker.Tokenize(id, text, addSpecial, parseSpecial), int[].class);
    }

    @Override
    public String detokenize(int[] tokens) {
        return process().ask(id -> new ToWorker.Detokenize(id, boxed(tokens)), String.class);
    }

    @Override
    public int count(String prompt) {
        return process().ask(id -> new ToWorker.Count(id, prompt), Integer.class);
    }

    @Override
    public int count(List<Message> messages, ChatOptions options) {
        var wanted = options.withCompletion(sendable(options.completion()));
        return process().ask(id -> new ToWorker.CountChat(id, messages, wanted), Integer.class);
    }

    private static List<Integer> boxed(int[] tokens) {
        return Arrays.stream(tokens).boxed().toList();
    }

    // ---- requests ----

    @Override
    public TokenSource submit(String prompt, CompletionOptions options) {
        long caller = WorkerProcess.caller();
        return one(id -> new ToWorker.Complete(id, caller, prompt, sendable(options)), options, null);
    }

    @Override
    public TokenSource submit(int[] prompt, CompletionOptions options) {
        long caller = WorkerProcess.caller();
        return one(id -> new ToWorker.CompleteTokens(id, caller, boxed(prompt), sendable(options)), options, null);
    }

    @Override
    public List<TokenSource> submitAll(String prompt, CompletionOptions options) {
        long caller = WorkerProcess.caller();
        var runs = process()
                .start(id -> new ToWorker.CompleteAll(id, caller, prompt, sendable(options)), options.n(), false, null);
        runs.forEach(run -> stopWith(options.control(), run));
        return List.copyOf(runs);
    }

    @Override
    public ChatRun submit(List<Message> messages, ChatOptions options, boolean resumed) {
        long caller = WorkerProcess.caller();
        var wanted = options.withCompletion(sendable(options.completion()));
        var reply = new WorkerReply();
        var run = one(id -> new ToWorker.Chat(id, caller, messages, wanted, resumed), options.completion(), reply);
        return new ChatRun(run, reply);
    }

    private WorkerRun one(LongFunction<ToWorker> order, CompletionOptions options, @Nullable WorkerReply reply) {
        var run = process().start(order, 1, true, reply).getFirst();
        stopWith(options.control(), run);
        return run;
    }

    private static void stopWith(Control control, WorkerRun run) {
        control.cancel()
                .ifPresent(handle -> run.endsWith(handle.onCancel(() -> run.cancel("cancelled by the caller"))));
    }

    /// Without what cannot leave this process.
    private static CompletionOptions sendable(CompletionOptions options) {
        options.sampling().chain().forEach(stage -> {
            if (stage instanceof Stage.Custom(var name, var _, var _)) {
                throw new IllegalArgumentException(
                        "the sampler %s is code of this process, and an isolated model runs in another: leave it out, or load without isolation"
                                .formatted(name));
            }
        });
        return options.withControl(sendable(options.control()));
    }

    private static Control sendable(Control control) {
        return control.withCancel(Optional.empty());
    }

    // ---- scores and logits ----

    @Override
    public Score score(String text, ScoreOptions options) {
        long caller = WorkerProcess.caller();
        return scored(id -> new ToWorker.ScoreText(id, caller, text, sendable(options)), Score.class, options);
    }

    @Override
    public List<Score> score(String prompt, List<String> continuations, ScoreOptions options) {
        long caller = WorkerProcess.caller();
        return List.of(scored(
                id -> new ToWorker.ScoreAll(id, caller, prompt, continuations, sendable(options)),
                Score[].class,
                options));
    }

    private static ScoreOptions sendable(ScoreOptions options) {
        return options.withControl(sendable(options.control()));
    }

    private <T> T scored(LongFunction<ToWorker> order, Class<T> type, ScoreOptions options) {
        var process = process();
        var cancel = options.control().cancel();
        var registrations = new Cancel.Registration[1];
        try {
            return process.ask(
                    order,
                    type,
                    id -> cancel.ifPresent(handle ->
                            registrations[0] = handle.onCancel(() -> process.stop(id, "cancelled by the caller"))));
        } finally {
            if (registrations[0] != null) {
                registrations[0].remove();
            }
        }
    }

    @Override
    public Evaluation evaluate(String text) {
        long caller = WorkerProcess.caller();
        return evaluate(id -> new ToWorker.Evaluate(id, caller, text));
    }

    @Override
    public Evaluation evaluate(int[] tokens) {
        long caller = WorkerProcess.caller();
        return evaluate(id -> new ToWorker.EvaluateTokens(id, caller, boxed(tokens)));
    }

    private Evaluation evaluate(LongFunction<ToWorker> order) {
        var process = process();
        var ids = new long[1];
        var facts = process.ask(order, ToWorker.Evaluated.class, id -> ids[0] = id);
        return new WorkerEvaluation(process, ids[0], facts);
    }

    // ---- the end ----

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        lock.lock();
        try {
            loaded.process().close(new IllegalStateException("Llama was closed"));
        } finally {
            lock.unlock();
        }
    }
}
