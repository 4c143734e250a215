package io.github.panallama.engine;

import io.github.panallama.completion.FinishReason;
import io.github.panallama.ffi.NativeLog;
import io.github.panallama.model.ModelOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The loop of one context's thread: it alone evaluates tokens. Callers, on whatever threads, only wait.
///
/// Each turn makes one step for all requests that generate, together in one call, and evaluates one chunk of one
/// request
/// that still reads its prompt, or several that are as short together, each in a call of its own: a long prompt starves
/// nobody, and stopping it touches nobody else.
///
/// What runs for each token is plain loops, no streams: in a process of seconds the JVM interprets it.
///
/// In deterministic mode each request's step is a call of its own: a row's bits depend on how many rows its call has,
/// never on what they hold.
final class Scheduler implements AutoCloseable {
    private static final long STACK_BYTES = 64L << 20;

    private final Requests requests;
    private final Supplier<Context> contexts;
    private final Vocabulary vocabulary;
    private final boolean deterministic;
    private final boolean verbose;
    private final Thread thread;
    private final MemorySegment scratch = Vocabulary.scratch(Arena.ofAuto());
    private final RowAnswers answers;
    private final PrefixCache prefixes;
    private final SharedPrompts shared;
    private volatile Context context;
    private volatile boolean closing;
    private boolean copies; // whether sequences of this kind of model can be copied and cut
    private int admitted;
    private int lastPrompt = -1;

    /// @param contexts makes the context, and a new one after a failure that the old one did not survive
    /// @param requests where they come from
    /// @param vocabulary the model's
    /// @param options whether to be deterministic, and to print the native log
    Scheduler(Supplier<Context> contexts, Requests requests, Vocabulary vocabulary, ModelOptions options) {
        this.contexts = contexts;
        this.context = contexts.get();
        this.requests = requests;
        this.vocabulary = vocabulary;
        this.deterministic = options.deterministic();
        this.verbose = options.verbose();
        this.answers = new RowAnswers(vocabulary);
        this.prefixes = new PrefixCache(requests.parallel(), context.batchSize(), deterministic);
        this.shared = new SharedPrompts(context.batchSize(), prefixes);
        this.copies = requests.parallel() > 1;
        this.thread = new Thread(null, this::loop, "panallama-engine", STACK_BYTES, false);
        thread.setDaemon(true); // a forgotten Llama does not keep the JVM alive
        thread.setContextClassLoader(null); // nor the class loader of whoever loaded it
    }

    void start() {
        thread.start();
    }

    Context context() {
        return context;
    }

    /// Ends every request and the thread, and frees the context.
    @Override
    public void close() {
        requests.close();
        closing = true;
        context.abort();
        if (thread.getState() == Thread.State.NEW) {
            context.close();
            return;
        }
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) { // within one graph node: the abort flag is set
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void loop() {
        try {
            while (requests.await(this::admit)) {
                endCancelled();
                generate();
                readPrompts();
                if (verbose) {
                    NativeLog.drain(System.err::println);
                }
            }
            requests.endAll(new IllegalStateException("Llama was closed while this request ran"));
        } catch (Throwable defect) { // nobody may wait for ever
            requests.endAll(Failures.of(defect));
        } finally {
            context.close();
        }
    }

    /// Lets a request in.
    private Slot admit(Run run, int[] free) {
        int sequence = prefixes.choose(run.request(), free, copies);
        var reused = prefixes.usable(sequence, run.request());
        prefixes.forget(sequence);
        if (reused.length() == 0 || !context.truncate(sequence, reused.length())) {
            context.clear(sequence);
            reused = Reused.NONE;
        }
        return new Slot(run, admitted++, sequence, reused, vocabulary, scratch);
    }

    private void endCancelled() {
        for (var slot : requests.active()) {
            var reason = slot.run().cancelled();
            if (reason != null) {
                finish(slot, slot.end(new FinishReason.Cancelled(reason)));
            }
        }
    }

    /// One token for every request that generates and whose consumer keeps up.
    private void generate() {
        var ready = new ArrayList<Slot>();
        for (var slot : requests.active()) {
            if (!slot.readsPrompt() && slot.canAdvance()) {
                ready.add(slot);
            }
        }
        if (deterministic) {
            ready.forEach(slot -> step(List.of(slot)));
        } else if (!ready.isEmpty()) {
            step(ready);
        }
    }

    private void step(List<Slot> slots) {
        attempt(slots, () -> {
            context.begin();
            int[] rows = new int[slots.size()];
            for (int i = 0; i < rows.length; i++) {
                rows[i] = slots.get(i).addNext(context);
            }
            if (context.decode()) {
                choose(slots, rows);
            }
        });
    }

    /// Chunks of prompts, together no more tokens than one chunk may have: short prompts that arrive together begin to
    /// generate together, in fewer steps.
    private void readPrompts() {
        int size = context.batchSize();
        for (int room = size; room > 0; ) {
            var active = requests.active();
            var slot = nextPrompt(active);
            if (slot == null) {
                return;
            }
            int before = slot.promptLeft();
            if (Math.min(before, size) > room) {
                return;
            }
            lastPrompt = slot.sequence();
            readPrompt(slot, active);
            if (slot.promptLeft() == before) { // cancelled or failed
                return;
            }
            room -= before - slot.promptLeft();
        }
    }

    private void readPrompt(Slot slot, List<Slot> active) {
        if (!requests.beginExclusive(slot.run(), context::abort)) {
            return;
        }
        attempt(List.of(slot), () -> {
            long start = System.nanoTime();
            if (copies) {
                takeOver(slot, active);
            }
            context.begin();
            slot.addPrompt(context);
            if (context.decode()) {
                promptRead(slot, slot.readPrompt(context, answers, System.nanoTime() - start), active);
            }
        });
        requests.endExclusive(context::resume);
    }

    /// {@return whose prompt is read on: of several the one after the last that had its turn}
    private @Nullable Slot nextPrompt(List<Slot> active) {
        Slot first = null;
        Slot next = null;
        for (var slot : active) {
            if (slot.readsPrompt()
                    && slot.canAdvance()
                    && (!copies || slot.run().cancelled() != null || !shared.waits(slot, active))) {
                first = first == null ? slot : first;
                next = next == null && slot.sequence() > lastPrompt ? slot : next;
            }
        }
        return next == null ? first : next;
    }

    /// Copies what another sequence holds of a slot's prompt, if that pays.
    private void takeOver(Slot slot, List<Slot> active) {
        var source = shared.source(slot, active);
        if (source != null && copy(source.sequence(), slot, source.length())) {
            slot.takeOver(Reused.exactly(source.length()));
        }
    }

    /// @return false if sequences of this kind of model cannot be copied and cut: the slot begins anew
    private boolean copy(int from, Slot slot, int length) {
        if (context.copy(from, slot.sequence()) && context.truncate(slot.sequence(), length)) {
            return true;
        }
        copies = false;
        context.clear(slot.sequence());
        slot.takeOver(Reused.NONE);
        return false;
    }

    /// @param row that the first token is chosen from, or -1
    private void promptRead(Slot slot, int row, List<Slot> active) {
        if (row >= 0) {
            var all = new ArrayList<>(List.of(slot));
            if (copies) {
                active.stream()
                        .filter(other -> shared.areTwins(other, slot) && copy(slot.sequence(), other, slot.evaluated()))
                        .forEach(other -> {
                            other.takeOver(new Reused(slot.evaluated(), slot.exact()));
                            all.add(other);
                        });
            }
            choose(all, all.stream().mapToInt(_ -> row).toArray());
        } else if (!slot.readsPrompt()) {
            finish(slot, new FinishReason.Length());
        }
    }

    /// Chooses a token for each slot from its row, all in one call. A failure is that of one slot.
    private void choose(List<Slot> slots, int[] rows) {
        var asking = new ArrayList<Slot>();
        var questions = new ArrayList<RowQuestion>();
        for (int i = 0; i < rows.length; i++) {
            var slot = slots.get(i);
            int row = rows[i];
            attempt(List.of(slot), () -> {
                questions.add(slot.question(context, row));
                asking.add(slot);
            });
        }
        answers.ask(
                context,
                questions,
                (answer, i) -> attempt(List.of(asking.get(i)), () -> {
                    var reason = asking.get(i).take(answer);
                    if (reason != null) {
                        finish(asking.get(i), reason);
                    }
                }));
    }

    /// Runs a step; its failure ends the requests that took part. After a failed evaluation the context may be
    /// unusable,
    /// so it is replaced, and with it every sequence is lost.
    private void attempt(List<Slot> participants, Runnable step) {
        try {
            step.run();
        } catch (Throwable e) { // an Error too: it ends the requests that met it, not the engine
            var failure = Failures.of(e);
            participants.forEach(slot -> fail(slot, failure));
            if (!usable(participants)) {
                requests.active().forEach(slot -> fail(slot, failure));
                replaceContext();
            }
        }
    }

    /// A poisoned context refuses this.
    private boolean usable(List<Slot> ended) {
        try {
            ended.forEach(slot -> {
                prefixes.forget(slot.sequence());
                context.clear(slot.sequence());
            });
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }

    private void replaceContext() {
        prefixes.forgetAll();
        context.close();
        context = contexts.get();
        if (closing) { // close may have aborted the old one
            context.abort();
        }
    }

    private void finish(Slot slot, FinishReason reason) {
        var outcome = slot.outcome(reason);
        prefixes.remember(slot.sequence(), slot.held());
        if (requests.release(slot)) {
            slot.run().finish(outcome);
        }
    }

    private void fail(Slot slot, RuntimeException failure) {
        if (requests.release(slot)) {
            slot.run().fail(failure);
        }
    }
}
