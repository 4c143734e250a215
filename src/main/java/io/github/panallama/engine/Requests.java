package io.github.panallama.engine;

import io.github.panallama.completion.FinishReason;
import io.github.panallama.error.QueueFullException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The requests that wait and those that hold a slot: what callers' threads and the scheduler's share, under one lock.
///
/// The lock is held for moments only, never while tokens are evaluated.
final class Requests {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Deque<Run> waiting = new ArrayDeque<>();
    private final @Nullable Slot[] slots;
    private final int queue;
    private volatile @Nullable Thread engine; // the scheduler's: it must not wait for itself
    private boolean closing;
    private @Nullable Run exclusive; // what the scheduler evaluates alone at the moment, if anything
    private @Nullable Runnable abort; // stops that evaluation
    private @Nullable Throwable defect; // why the scheduler ended, if it did by itself

    /// Makes the slot of a request that is let in.
    @FunctionalInterface
    interface Admission {
        /// {@return a slot on one of the free sequences}
        Slot admit(Run run, int[] free);
    }

    /// @param parallel number of slots
    /// @param queue requests that may wait beyond those
    Requests(int parallel, int queue) {
        this.slots = new Slot[parallel];
        this.queue = queue;
    }

    /// {@return number of slots}
    int parallel() {
        return slots.length;
    }

    private <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    private void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    // ---- for callers ----

    /// Accepts requests, all or none.
    ///
    /// @throws QueueFullException if too many wait already
    /// @throws IllegalStateException when closed, or when only the caller itself could free a slot
    void submit(List<Run> runs) {
        refuseEngine();
        locked(() -> {
            if (closing) {
                throw new IllegalStateException("Llama is closed", defect);
            }
            int parallel = slots.length;
            if (runs.stream().anyMatch(Run::stalls) && ownUnfinished() >= parallel) {
                throw nested();
            }
            long running = holders().stream()
                    .filter(slot -> slot.run().cancelled() == null)
                    .count();
            if (waiting.size() + runs.size() > (long) queue + parallel - running) {
                throw new QueueFullException(
                        "%d more requests: %d run and %d wait, and parallel + queue = %d is the limit: try again later, or load with a larger parallel or queue"
                                .formatted(runs.size(), running, waiting.size(), (long) parallel + queue));
            }
            for (var run : runs) {
                var reason = run.cancelled();
                if (reason == null) {
                    waiting.add(run);
                } else { // before it was submitted
                    run.finishUnstarted(new FinishReason.Cancelled(reason));
                }
            }
            work.signal();
        });
    }

    /// Refuses the scheduler's own thread: there a sampler of the application calls its own Llama.
    ///
    /// @throws IllegalStateException on that thread
    void refuseEngine() {
        if (Thread.currentThread().equals(engine)) {
            throw new IllegalStateException(
                    "a sampler must not use the Llama that it samples for: that thread computes all requests");
        }
    }

    /// Requests of this thread that hold a slot or will, until it takes their tokens: which it cannot while it waits
    /// for
    /// one more.
    private long ownUnfinished() {
        var caller = Caller.current();
        return Stream.concat(holders().stream().map(Slot::run), waiting.stream())
                .filter(run -> run.stalls() && run.cancelled() == null)
                .filter(run -> run.consumer().equals(caller))
                .count();
    }

    /// Ends a waiting request, or has a running one ended at the scheduler's next turn, which begins at once.
    void cancel(Run run, String reason) {
        locked(() -> {
            if (waiting.remove(run)) {
                run.finishUnstarted(new FinishReason.Cancelled(reason));
            } else if (run.equals(exclusive) && abort != null) {
                abort.run(); // a chunk of a prompt can take seconds, and holds nobody else's tokens
            }
            work.signal();
        });
    }

    /// Says that a consumer has room again.
    void wake() {
        locked(work::signal);
    }

    /// Lets nobody in any more.
    void close() {
        locked(() -> {
            closing = true;
            work.signal();
        });
    }

    // ---- for the scheduler ----

    /// Waits until there is something to do, and gives waiting requests the free slots.
    ///
    /// @return false when closing
    boolean await(Admission admission) {
        engine = Thread.currentThread();
        lock.lock();
        try {
            while (!closing && !canAdmit() && !someCanAdvance()) {
                if (!failDeadlocked()) {
                    work.awaitUninterruptibly();
                }
            }
            while (!closing && canAdmit()) {
                var run = waiting.removeFirst();
                try {
                    var slot = admission.admit(run, freeSequences());
                    slots[slot.sequence()] = slot;
                } catch (Throwable e) { // an Error too: its caller must not wait for ever
                    run.fail(Failures.of(e));
                }
            }
            return !closing;
        } finally {
            lock.unlock();
        }
    }

    private boolean someCanAdvance() {
        for (var slot : slots) {
            if (slot != null && slot.canAdvance()) {
                return true;
            }
        }
        return false;
    }

    private boolean canAdmit() {
        return !waiting.isEmpty() && holders().size() < slots.length;
    }

    private int[] freeSequences() {
        return IntStream.range(0, slots.length).filter(i -> slots[i] == null).toArray();
    }

    /// Every running request waits for a consumer that itself waits here: none of them would ever go on. The youngest
    /// of
    /// the waiting requests is refused, so that its caller can.
    private boolean failDeadlocked() {
        var blocked = waiting.stream().map(Run::consumer).collect(Collectors.toSet());
        if (waiting.isEmpty()
                || !holders().stream()
                        .allMatch(slot -> blocked.contains(slot.run().consumer()))) {
            return false;
        }
        waiting.removeLast().fail(nested());
        return true;
    }

    private IllegalStateException nested() {
        return new IllegalStateException(
                "unfinished generations of the waiting threads themselves hold all %d slots: close or finish one first, or load with a larger parallel"
                        .formatted(slots.length));
    }

    /// {@return the running requests, by slot}
    List<Slot> active() {
        return locked(this::holders);
    }

    private List<Slot> holders() {
        var holders = new ArrayList<Slot>(slots.length);
        for (var slot : slots) {
            if (slot != null) {
                holders.add(slot);
            }
        }
        return holders;
    }

    /// Begins an evaluation for one request alone, which cancelling it aborts.
    ///
    /// @return false if it is cancelled already
    boolean beginExclusive(Run run, Runnable abort) {
        return locked(() -> {
            if (run.cancelled() != null) {
                return false;
            }
            exclusive = run;
            this.abort = abort;
            return true;
        });
    }

    /// Ends it.
    ///
    /// @param resume takes an abort back, unless everything is being closed
    void endExclusive(Runnable resume) {
        locked(() -> {
            exclusive = null;
            abort = null;
            if (!closing) {
                resume.run();
            }
        });
    }

    /// Frees a slot. Before its consumer hears of the end, so that its next request finds it free.
    ///
    /// @return false if it was free already
    boolean release(Slot slot) {
        return locked(() -> {
            if (!slot.equals(slots[slot.sequence()])) {
                return false;
            }
            slots[slot.sequence()] = null;
            return true;
        });
    }

    /// Ends everything with one failure.
    void endAll(RuntimeException failure) {
        locked(() -> {
            closing = true;
            defect = failure.getCause();
            holders().forEach(slot -> {
                slots[slot.sequence()] = null;
                slot.run().fail(failure);
            });
            waiting.forEach(run -> run.fail(failure));
            waiting.clear();
        });
    }
}
