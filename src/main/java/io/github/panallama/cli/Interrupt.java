package io.github.panallama.cli;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A piece of work that Ctrl-C ends in order: its thread is interrupted and has a moment to stop the engine, to show
/// what there is and to free the model. The JVM then ends with the signal's status, 130.
///
/// ```java
/// try (var _ = Interrupt.section()) {
///     // load, generate, print
/// }
/// ```
final class Interrupt implements AutoCloseable {
    private static final Duration GRACE = Duration.ofMillis(900);

    private final Thread worker = Thread.currentThread();
    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stop, "panallama-interrupt");

    private Interrupt() {}

    /// Begins it, on the thread that works.
    static Interrupt section() {
        var section = new Interrupt();
        try {
            Runtime.getRuntime().addShutdownHook(section.hook);
        } catch (IllegalStateException e) { // the signal has come already
            throw new CancellationException("interrupted");
        }
        return section;
    }

    private void stop() {
        worker.interrupt();
        try {
            var _ = done.await(GRACE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) { // it is running
            done.countDown();
        }
    }
}
