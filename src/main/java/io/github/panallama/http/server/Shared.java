package io.github.panallama.http.server;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// What all connections of a server share, and the requests that run.
final class Shared {
    private final Settings settings;
    private final Gate gate;
    private final Responses responses;
    private final Journal journal;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final Set<Call> running = new HashSet<>(); // guarded by this
    private volatile boolean stopping;

    Shared(Settings settings, Gate gate, Journal journal) {
        this.settings = settings;
        this.gate = gate;
        this.responses = new Responses(settings.cors());
        this.journal = journal;
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

    /// The open ones.
    Set<Connection> connections() {
        return connections;
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
        Thread.ofVirtual().name(call.requestId()).start(() -> {
            try {
                call.handle().ifPresent(defect -> journal.defect(call.requestId(), defect));
                journal.record(call);
            } finally {
                left(call);
            }
        });
    }

    /// Hears of the end of an answer. Those that no handler has given are recorded here: not on the event loop, for a
    /// log may make its writer wait.
    void ended(Call call) {
        synchronized (this) {
            if (running.contains(call)) {
                return;
            }
        }
        Thread.ofVirtual().name(call.requestId()).start(() -> journal.record(call));
    }

    private synchronized void left(Call call) {
        running.remove(call);
        notifyAll();
    }

    synchronized int running() {
        return running.size();
    }

    /// Waits until nothing runs.
    ///
    /// @param time for so long at most
    synchronized void awaitQuiet(Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toMillis();
                !running.isEmpty() && left > 0;
                left = (end - System.nanoTime()) / 1_000_000) {
            wait(left);
        }
    }
}
