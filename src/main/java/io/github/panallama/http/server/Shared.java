package io.github.panallama.http.server;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/// What all connections of a server share, and the requests that run.
final class Shared {
    private final Settings settings;
    private final Gate gate;
    private final Responses responses;
    private final Journal journal;
    private final Metrics metrics;
    private final Set<Connection> connections = new HashSet<>(); // guarded by this
    private final Set<Call> running = new HashSet<>(); // guarded by this
    private volatile boolean stopping;

    Shared(Settings settings, Gate gate, Journal journal, Metrics metrics) {
        this.settings = settings;
        this.gate = gate;
        this.responses = new Responses(settings.cors());
        this.journal = journal;
        this.metrics = metrics;
    }

    Settings settings() {
        return settings;
    }

    Gate gate() {
        return gate;
    }

    Responses responses() {
        return responses;
    }

    Journal journal() {
        return journal;
    }

    synchronized void opened(Connection connection) {
        connections.add(connection);
    }

    synchronized void closed(Connection connection) {
        connections.remove(connection);
        notifyAll();
    }

    /// {@return the open ones}
    synchronized List<Connection> connections() {
        return List.copyOf(connections);
    }

    boolean stopping() {
        return stopping;
    }

    /// Lets no request in any more.
    void stop() {
        stopping = true;
    }

    /// Has a request handled on a thread of its own.
    void run(Call call) {
        synchronized (this) {
            running.add(call);
        }
        metrics.begun();
        Thread.ofVirtual().name(call.requestId()).start(() -> {
            try {
                call.handle().ifPresent(defect -> journal.defect(call.requestId(), defect));
                record(call);
            } finally {
                metrics.left();
                left(call);
            }
        });
    }

    /// Notes a request that no handler has seen. Not on the event loop: a log may make its writer wait.
    void refused(Call call) {
        Thread.ofVirtual().name(call.requestId()).start(() -> record(call));
    }

    private void record(Call call) {
        metrics.record(call);
        journal.record(call);
    }

    private synchronized void left(Call call) {
        running.remove(call);
        notifyAll();
    }

    /// Waits until no request runs.
    ///
    /// @param time for so long at most
    void awaitQuiet(Duration time) throws InterruptedException {
        await(running::isEmpty, time);
    }

    /// Waits until all connections are closed.
    ///
    /// @param time for so long at most
    void awaitClosed(Duration time) throws InterruptedException {
        await(connections::isEmpty, time);
    }

    private synchronized void await(BooleanSupplier condition, Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toMillis();
                !condition.getAsBoolean() && left > 0;
                left = (end - System.nanoTime()) / 1_000_000) {
            wait(left);
        }
    }
}
