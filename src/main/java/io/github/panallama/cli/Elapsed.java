package io.github.panallama.cli;

import java.time.Duration;

/// Says on a terminal how long something has taken that cannot tell how far it is, once that is more than a second.
final class Elapsed implements AutoCloseable {
    private final Console console;
    private final String what;
    private final Thread thread;

    private Elapsed(Console console, String what) {
        this.console = console;
        this.what = what;
        this.thread = Thread.ofPlatform().daemon().name("panallama-elapsed").unstarted(this::tick);
    }

    /// Begins to count.
    ///
    /// @param what as in `scoring`
    static Elapsed of(Console console, String what, boolean quiet) {
        var elapsed = new Elapsed(console, what);
        if (console.terminals().err() && !quiet) {
            elapsed.thread.start();
        }
        return elapsed;
    }

    private void tick() {
        try {
            for (int seconds = 1; ; seconds++) {
                Thread.sleep(Duration.ofSeconds(1));
                console.redraw("%s … %d s".formatted(what, seconds));
            }
        } catch (InterruptedException e) { // it is over
            console.redraw("");
        }
    }

    /// Clears the line.
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
