package io.github.panallama.engine;

import io.github.panallama.completion.FinishReason;
import io.github.panallama.ffi.NativeLog;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The loop of one context's thread: it alone evaluates tokens. Callers, on whatever threads, only wait.
///
/// Each turn makes one step for all requests that generate, together in one call, and evaluates one chunk of one
/// request
/// that still reads its prompt, in a call of its own: a long prompt starves nobody, and stopping it touches nobody
/// else.
final class Scheduler implements AutoCloseable {
    private static final long STACK_BYTES = 64L << 20;

    private final Requests requests;
    private final SlotFactory factory;
    private final Supplier<Context> contexts;
    private final boolean verbose;
    private final Thread thread;
    private final PrefixCache prefixes;
    private volatile Context context;
    private volatile boolean closing;
    private int lastPrompt = -1;

    /// Makes a slot for a request.
    @FunctionalInterface
    interface SlotFactory {
        /// {@return the slot}
        ///
        /// @param run the request
        /// @param sequence its sequence in the KV cache
        /// @param reused what that holds of its prompt already
        Slot create(Run run, int sequence, Prefix reused);
    }

    /// @param contexts makes the context, and a new one after a failure that the old one did not survive
    /// @param requests where they come from
    /// @param verbose whether to print the native log
    /// @param factory makes slots
    Scheduler(Supplier<Context> contexts, Requests requests, boolean verbose, SlotFactory factory) {
        this.contexts = contexts;
        this.context = contexts.get();
        this.requests = requests;
        this.prefixes = new PrefixCache(requests.parallel(), context.batchSize());
        this.verbose = verbose;
        this.factory = factory;
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
                readPrompt();
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

    /// Lets a request in where most of its prompt has been evaluated already.
    private Slot admit(Run run, int[] free) {
        int sequence = prefixes.best(run.request(), free);
        var reused = prefixes.usable(sequence, run.request());
        prefixes.forget(sequence);
        if (reused.length() == 0 || !context.truncate(sequence, reused.length())) {
            context.clear(sequence);
            reused = Prefix.NONE;
        }
        return factory.create(run, sequence, reused);
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
        var ready = requests.active().stream()
                .filter(slot -> !slot.readsPrompt() && slot.canAdvance())
                .toList();
        if (ready.isEmpty()) {
            return;
        }
        attempt(ready, () -> {
            context.begin();
            var rows = ready.stream().mapToInt(slot -> slot.addNext(context)).toArray();
            if (context.decode()) {
                for (int i = 0; i < rows.length; i++) {
                    choose(ready.get(i), rows[i]);
                }
            }
        });
    }

    /// One chunk of one prompt; of several the one after the last that had its turn.
    private void readPrompt() {
        var slot = nextPrompt();
        if (slot == null || !requests.beginExclusive(slot.run(), context::abort)) {
            return;
        }
        attempt(List.of(slot), () -> {
            long start = System.nanoTime();
            context.begin();
            slot.addPrompt(context);
            if (context.decode()) {
                finishIf(slot, slot.readPrompt(context, System.nanoTime() - start));
            }
        });
        requests.endExclusive(context::resume);
    }

    private @Nullable Slot nextPrompt() {
        var reading = requests.active().stream()
                .filter(slot -> slot.readsPrompt() && slot.canAdvance())
                .toList();
        var next = reading.stream()
                .filter(slot -> slot.sequence() > lastPrompt)
                .findFirst()
                .orElse(reading.isEmpty() ? null : reading.getFirst());
        lastPrompt = next == null ? -1 : next.sequence();
        return next;
    }

    private void choose(Slot slot, int row) {
        attempt(List.of(slot), () -> finishIf(slot, slot.choose(context, row)));
    }

    private void finishIf(Slot slot, @Nullable FinishReason reason) {
        if (reason != null) {
            finish(slot, reason);
        }
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
