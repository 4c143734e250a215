package io.github.panallama.engine;

import io.github.panallama.completion.FinishReason;
import io.github.panallama.error.QueueFullException;
import io.github.panallama.ffi.NativeLog;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The loop of one context's thread: it alone evaluates tokens. Callers, on whatever threads, only wait.
///
/// Each turn makes one step for all requests that generate, together in one call, and evaluates one chunk of one
/// request
/// that still reads its prompt, in a call of its own: a long prompt starves nobody, and stopping it touches nobody
/// else.
final class Scheduler implements AutoCloseable {
    private static final long STACK_BYTES = 64L << 20;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Deque<Run> waiting = new ArrayDeque<>();
    private final @Nullable Slot[] slots;
    private final int queue;
    private final SlotFactory factory;
    private final Supplier<Context> contexts;
    private final boolean verbose;
    private final Thread thread;
    private volatile Context context;
    private boolean closing;
    private @Nullable Run readingPrompt;
    private int lastPrompt;

    /// Makes a slot for a request.
    @FunctionalInterface
    interface SlotFactory {
        Slot create(Run run, int sequence);
    }

    /// @param contexts makes the context, and a new one after a failure that the old one did not survive
    /// @param parallel number of slots
    /// @param queue requests that may wait
    /// @param verbose whether to print the native log
    /// @param factory makes slots
    Scheduler(Supplier<Context> contexts, int parallel, int queue, boolean verbose, SlotFactory factory) {
        this.contexts = contexts;
        this.context = contexts.get();
        this.slots = new Slot[parallel];
        this.queue = queue;
        this.verbose = verbose;
        this.factory = factory;
        this.thread = new Thread(null, this::loop, "panallama-engine", STACK_BYTES);
        thread.setDaemon(true); // a forgotten Llama does not keep the JVM alive
        thread.start();
    }

    Context context() {
        return context;
    }

    /// Accepts a request.
    ///
    /// @throws QueueFullException if too many wait already
    /// @throws IllegalStateException when closed, or when only the caller itself could free a slot
    void submit(Run run) {
        lock.lock();
        try {
            if (closing) {
                throw new IllegalStateException("Llama is closed");
            }
            if (ownUnfinished() >= slots.length) {
                throw new IllegalStateException(
                        "this thread's own unfinished generations hold all %d slots: close or finish one first, or load with a larger parallel"
                                .formatted(slots.length));
            }
            if (waiting.size() >= queue + free()) {
                throw new QueueFullException(
                        "%d requests run and %d wait, which is the limit: try again later, or load with a larger parallel or queue"
                                .formatted(slots.length - free(), waiting.size()));
            }
            waiting.add(run);
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    /// Requests of this thread that hold a slot or will: it cannot consume them while it waits for one more.
    private long ownUnfinished() {
        return Stream.concat(active().stream().map(Slot::run), waiting.stream())
                .filter(run -> run.isOwn() && run.cancelled() == null)
                .count();
    }

    private int free() {
        return slots.length - active().size();
    }

    /// Called when a request was cancelled.
    void cancel(Run run, String reason) {
        lock.lock();
        try {
            if (waiting.remove(run)) {
                run.finishUnstarted(reason);
            } else if (run == readingPrompt) {
                context.abort(); // a chunk can take seconds: its call holds nobody else's tokens
            }
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    /// Called when something may have become possible.
    void wake() {
        lock.lock();
        try {
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    /// Ends every request and the thread, and frees the context.
    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            context.abort();
            work.signal();
        } finally {
            lock.unlock();
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
            while (awaitWork()) {
                endCancelled();
                generate();
                readPrompt();
                log();
            }
            endAll(new IllegalStateException("Llama was closed while this request ran"));
        } catch (Throwable defect) { // nobody may wait for ever
            endAll(new IllegalStateException("the engine failed (%s): please report".formatted(defect), defect));
        } finally {
            context.close();
        }
    }

    /// Waits until there is something to do, and gives waiting requests the free slots.
    ///
    /// @return false when closing
    private boolean awaitWork() throws InterruptedException {
        lock.lock();
        try {
            while (!closing && waiting.isEmpty() && !runnable()) {
                work.await();
            }
            for (int i = 0; i < slots.length && !closing; i++) {
                while (slots[i] == null && !waiting.isEmpty()) {
                    admit(waiting.removeFirst(), i);
                }
            }
            return !closing;
        } finally {
            lock.unlock();
        }
    }

    private boolean runnable() {
        for (var slot : slots) {
            if (slot != null
                    && (slot.run().cancelled() != null || slot.run().channel().hasRoom())) {
                return true;
            }
        }
        return false;
    }

    private void admit(Run run, int sequence) {
        try {
            context.clear(sequence);
            slots[sequence] = factory.create(run, sequence);
        } catch (RuntimeException e) {
            run.channel().fail(e);
        }
    }

    private void endCancelled() {
        for (var slot : active()) {
            var reason = slot.run().cancelled();
            if (reason != null) {
                finish(slot, slot.end(new FinishReason.Cancelled(reason)));
            }
        }
    }

    /// One token for every request that generates and whose consumer keeps up.
    private void generate() {
        var ready = active().stream()
                .filter(s -> !s.readsPrompt() && s.run().channel().hasRoom())
                .toList();
        if (ready.isEmpty()) {
            return;
        }
        attempt(ready, () -> {
            context.begin();
            var rows = ready.stream().mapToInt(s -> s.addNext(context)).toArray();
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
        if (slot == null) {
            return;
        }
        lock.lock();
        try {
            if (slot.run().cancelled() != null) {
                return; // ended at the next turn
            }
            readingPrompt = slot.run();
        } finally {
            lock.unlock();
        }
        attempt(List.of(slot), () -> {
            long start = System.nanoTime();
            context.begin();
            int row = slot.addPrompt(context, context.batchSize());
            boolean done = context.decode();
            slot.addPromptTime(System.nanoTime() - start);
            if (done && row >= 0) {
                choose(slot, row);
            }
        });
        lock.lock();
        try {
            readingPrompt = null;
            if (!closing) {
                context.resume();
            }
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Slot nextPrompt() {
        for (int i = 1; i <= slots.length; i++) {
            int at = (lastPrompt + i) % slots.length;
            var slot = slots[at];
            if (slot != null && slot.readsPrompt()) {
                lastPrompt = at;
                return slot;
            }
        }
        return null;
    }

    private void choose(Slot slot, int row) {
        attempt(List.of(slot), () -> {
            var reason = slot.choose(context, row);
            if (reason != null) {
                finish(slot, reason);
            }
        });
    }

    /// Runs a step; its failure ends the requests that took part. After a failed evaluation the context may be
    /// unusable,
    /// so it is replaced, and with it every sequence is lost.
    private void attempt(List<Slot> participants, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            participants.forEach(slot -> fail(slot, e));
            if (!usable()) {
                active().forEach(slot -> fail(slot, e));
                replaceContext();
            }
        }
    }

    private boolean usable() {
        try {
            for (int i = 0; i < slots.length; i++) {
                if (slots[i] == null) {
                    context.clear(i);
                }
            }
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }

    private void replaceContext() {
        context.close();
        var fresh = contexts.get();
        lock.lock();
        try {
            context = fresh;
            if (closing) {
                fresh.abort();
            }
        } finally {
            lock.unlock();
        }
    }

    private List<Slot> active() {
        var active = new ArrayList<Slot>(slots.length);
        for (var slot : slots) {
            if (slot != null) {
                active.add(slot);
            }
        }
        return active;
    }

    private void finish(Slot slot, FinishReason reason) {
        var outcome = slot.outcome(reason);
        release(slot);
        slot.run().channel().finish(outcome);
    }

    private void fail(Slot slot, RuntimeException failure) {
        release(slot);
        slot.run().channel().fail(failure);
    }

    /// Frees a slot before its consumer hears of the end, so that its next request finds it free.
    private void release(Slot slot) {
        lock.lock();
        try {
            if (slots[slot.sequence()] != slot) {
                return;
            }
            slots[slot.sequence()] = null;
        } finally {
            lock.unlock();
        }
        slot.close();
    }

    private void endAll(RuntimeException failure) {
        lock.lock();
        try {
            closing = true;
            active().forEach(slot -> {
                slots[slot.sequence()] = null;
                slot.close();
                slot.run().channel().fail(failure);
            });
            waiting.forEach(run -> run.channel().fail(failure));
            waiting.clear();
        } finally {
            lock.unlock();
        }
    }

    private void log() {
        if (verbose) {
            NativeLog.drain(System.err::print);
        }
    }
}
