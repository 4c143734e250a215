package io.github.panallama.cli;

/// How far a number of like steps is, on a terminal.
final class StepBar implements AutoCloseable {
    private final Console console;
    private final int steps;
    private final boolean shown;
    private int begun;

    /// @param steps how many there will be
    StepBar(Console console, int steps, boolean quiet) {
        this.console = console;
        this.steps = steps;
        this.shown = console.terminals().err() && !quiet;
    }

    /// The next step begins.
    ///
    /// @param what it is
    void next(String what) {
        if (shown) {
            console.redraw(
                    "%s  %d of %d  %s".formatted(ProgressBar.bar((double) begun / steps), begun + 1, steps, what));
        }
        begun++;
    }

    /// Clears the bar.
    @Override
    public void close() {
        if (shown) {
            console.redraw("");
        }
    }
}
