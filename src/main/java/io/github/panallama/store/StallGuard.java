package io.github.panallama.store;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/// Closes a stream on which nothing has arrived for too long: a read then fails instead of waiting for ever. Java's
/// HTTP client has no time limit for the body of a response.
final class StallGuard implements AutoCloseable {
    private final InputStream stream;
    private final long limit;
    private final Thread watch;
    private volatile long lastByte = System.nanoTime();
    private volatile boolean stalled;

    StallGuard(InputStream stream, Duration limit) {
        this.stream = stream;
        this.limit = limit.toNanos();
        this.watch = Thread.ofVirtual().name("panallama-stall-guard").start(this::watch);
    }

    private void watch() {
        try {
            for (long left = limit; left > 0; left = limit - (System.nanoTime() - lastByte)) {
                Thread.sleep(Duration.ofNanos(left));
            }
            stalled = true;
            stream.close();
        } catch (InterruptedException _) {
            // the download ended first
        } catch (IOException _) {
            // a stream that cannot be closed fails its reader all the same
        }
    }

    void arrived() {
        lastByte = System.nanoTime();
    }

    boolean stalled() {
        return stalled;
    }

    @Override
    public void close() {
        watch.interrupt();
    }
}
