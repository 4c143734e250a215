package io.github.panallama.isolation;

import io.github.panallama.engine.Caller;
import io.github.panallama.error.ModelLoadException;
import io.github.panallama.error.WorkerDiedException;
import io.github.panallama.model.ModelInfo;
import io.github.panallama.model.ModelOptions;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// One worker process, from its start to its end. Its threads never wait for a caller.
final class WorkerProcess {
    private static final int SECONDS_TO_END = 5;

    private final Process process;
    private final DataOutputStream out;
    private final ReentrantLock writing = new ReentrantLock();
    private final Death death = new Death();
    private final AtomicLong ids = new AtomicLong();
    private final Map<Long, Listener> listeners = new ConcurrentHashMap<>();
    private final boolean verbose;
    private final Thread errors;
    private volatile @Nullable RuntimeException over; // why nothing more can be asked

    /// What waits for what is said about one order.
    interface Listener {
        /// {@return whether more is to come}
        boolean hear(FromWorker said);

        /// Ends the waiting.
        void fail(RuntimeException failure);
    }

    private WorkerProcess(Process process, boolean verbose) {
        this.process = process;
        this.verbose = verbose;
        this.out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
        this.errors = thread("panallama-worker-errors", this::listenToErrors);
        thread("panallama-worker", this::listen);
    }

    /// Starts a process.
    ///
    /// @throws WorkerDiedException if the system does not let it
    static WorkerProcess start(ModelOptions options) {
        try {
            return new WorkerProcess(WorkerCommand.builder().start(), options.verbose());
        } catch (IOException e) {
            throw new WorkerDiedException("cannot start a worker process: " + e.getMessage(), e);
        }
    }

    /// {@return who calls: a number, as the other process does not know our threads}
    static long caller() {
        return Caller.current() instanceof Thread thread ? thread.threadId() : -1;
    }

    /// Loads the model.
    ///
    /// @throws ModelLoadException if it cannot be loaded
    ModelInfo load(Path file, ModelOptions options) {
        return ask(id -> new ToWorker.Load(id, file.toAbsolutePath(), options), ModelInfo.class);
    }

    private static Thread thread(String name, Runnable body) {
        var thread = new Thread(null, body, name, 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        thread.start();
        return thread;
    }

    // ---- speaking ----

    /// Says something that is not answered. Nothing happens when nobody is there any more.
    void say(ToWorker message) {
        var frame = Wire.bytes(message);
        writing.lock();
        try {
            Wire.write(out, frame);
            out.flush();
        } catch (IOException e) { // it has died: whoever listens to it tells
            return;
        } finally {
            writing.unlock();
        }
    }

    /// Ends a request or a score.
    void stop(long id, String reason) {
        if (listeners.containsKey(id)) {
            say(new ToWorker.Stop(id, reason));
        }
    }

    /// {@return what the worker answers}
    ///
    /// @param order made with the id that it gets
    /// @param type the answer's
    <T> T ask(LongFunction<ToWorker> order, Class<T> type) {
        return ask(order, type, _ -> {});
    }

    /// {@return what the worker answers}
    ///
    /// @param asked told the id once the order is on its way
    /// @throws CancellationException if the caller is interrupted; the order is stopped then
    <T> T ask(LongFunction<ToWorker> order, Class<T> type, Consumer<Long> asked) {
        long id = ids.getAndIncrement();
        var answer = new AnswerListener();
        listen(id, answer);
        say(order.apply(id));
        asked.accept(id);
        return Wire.value(answer.await(() -> stop(id, "interrupted")), type);
    }

    /// Starts requests.
    ///
    /// @param order made with the id of the first of them
    /// @param count how many
    /// @param stalls whether each waits until its tokens are taken
    /// @param reply of the one request, if it is a reply
    List<WorkerRun> start(LongFunction<ToWorker> order, int count, boolean stalls, @Nullable WorkerReply reply) {
        long first = ids.getAndAdd(count);
        var runs = IntStream.range(0, count)
                .mapToObj(i -> new WorkerRun(this, first + i, stalls))
                .toList();
        var answer = new RunListener(runs, first, listeners, reply);
        for (int i = 0; i < count; i++) {
            listen(first + i, answer);
        }
        say(order.apply(first));
        answer.await(() -> runs.forEach(run -> run.cancel("interrupted")));
        return runs;
    }

    /// From here on it hears what is said about the order, or that nothing will be.
    private void listen(long id, Listener listener) {
        listeners.put(id, listener);
        var reason = over;
        if (reason != null && listeners.remove(id, listener)) {
            listener.fail(reason);
        }
    }

    // ---- listening ----

    private void listen() {
        try (var in = new DataInputStream(new BufferedInputStream(process.getInputStream()))) {
            FromWorker said;
            while ((said = Wire.read(in, FromWorker.class)) != null) {
                var listener = listeners.get(said.id());
                if (listener != null && !listener.hear(said)) {
                    listeners.remove(said.id());
                }
            }
        } catch (IOException | RuntimeException e) { // it no longer speaks as a worker does
            process.destroyForcibly();
            end(new WorkerDiedException(
                    "the worker process %d was ended, as it said %s: the next call starts a new one"
                            .formatted(process.pid(), e.getMessage()),
                    e));
            return;
        }
        end(new WorkerDiedException(died()));
    }

    private String died() {
        try {
            int exit = process.waitFor();
            errors.join(TimeUnit.SECONDS.toMillis(1)); // what it said last
            return death.message(process.pid(), exit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return death.message(process.pid(), -1);
        }
    }

    private void listenToErrors() {
        try (var said = process.errorReader(StandardCharsets.UTF_8)) {
            String line;
            while ((line = said.readLine()) != null) {
                death.heard(line);
                if (verbose) {
                    System.err.println(line);
                }
            }
        } catch (IOException e) { // the end, as good as any
            return;
        }
    }

    /// Fails all that waits. The first reason counts.
    private void end(RuntimeException reason) {
        synchronized (this) {
            if (over == null) {
                over = reason;
            }
        }
        for (var id : List.copyOf(listeners.keySet())) {
            var listener = listeners.remove(id);
            if (listener != null) {
                listener.fail(over());
            }
        }
    }

    private RuntimeException over() {
        var reason = over;
        return reason == null ? new IllegalStateException("the worker runs") : reason;
    }

    /// {@return whether it can no longer be asked}
    boolean isOver() {
        return over != null || !process.isAlive();
    }

    /// Ends it: requests that run get the reason.
    void close(RuntimeException reason) {
        end(reason);
        try {
            process.getOutputStream().close(); // its sign to go
        } catch (IOException e) { // it has gone
            process.destroyForcibly();
        }
        boolean interrupted = false;
        try {
            if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            interrupted = true;
            process.destroyForcibly();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
