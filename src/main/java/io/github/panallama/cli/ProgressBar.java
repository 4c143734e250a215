package io.github.panallama.cli;

import io.github.panallama.store.Progress;
import java.util.OptionalLong;

/// A download on standard error: a bar where that is a terminal, else a line at the start and one at the end.
final class ProgressBar implements Progress, AutoCloseable {
    private static final long INTERVAL_NANOS = 100_000_000;
    private static final int CELLS = 24;

    private final Console console;
    private final String model;
    private final long start = System.nanoTime();
    private String file = "";
    private long drawn;
    private long begun;
    private long resumedAt;
    private long received;
    private boolean visible;

    ProgressBar(Console console, String model) {
        this.console = console;
        this.model = model;
        if (!console.terminals().err()) {
            console.note("pulling " + model);
        }
    }

    @Override
    public void update(String file, long received, OptionalLong total) {
        long now = System.nanoTime();
        boolean fresh = !file.equals(this.file) || received < this.received;
        if (fresh) {
            this.file = file;
            begun = now;
            resumedAt = received;
        }
        this.received = received;
        boolean whole = total.isPresent() && received == total.getAsLong();
        if (!console.terminals().err() || !(fresh || whole || now - drawn >= INTERVAL_NANOS)) {
            return;
        }
        drawn = now;
        visible = true;
        console.redraw(render(file, received, total, received - resumedAt, (now - begun) / 1e9));
    }

    /// {@return the line}
    ///
    /// @param gained bytes that came in this attempt
    /// @param seconds how long it has taken
    static String render(String file, long received, OptionalLong total, long gained, double seconds) {
        var speed = seconds > 0.2 && gained > 0 ? "  " + Sizes.bytes(Math.round(gained / seconds)) + "/s" : "";
        if (total.isEmpty() || total.getAsLong() <= 0) {
            return "%s  %s%s".formatted(file, Sizes.bytes(received), speed);
        }
        double part = Math.clamp((double) received / total.getAsLong(), 0, 1);
        var left = speed.isEmpty() || part == 1
                ? ""
                : "  %.0f s left".formatted((total.getAsLong() - received) * seconds / gained);
        return "%s  %s %3.0f %%  %s of %s%s%s"
                .formatted(
                        file,
                        bar(part),
                        Math.floor(part * 100),
                        Sizes.bytes(received),
                        Sizes.bytes(total.getAsLong()),
                        speed,
                        left);
    }

    /// {@return the bar itself}
    ///
    /// @param part 0..1
    static String bar(double part) {
        int full = (int) (part * CELLS);
        return "[" + "=".repeat(full) + (full < CELLS ? ">" + " ".repeat(CELLS - full - 1) : "") + "]";
    }

    /// It has succeeded.
    void done() {
        close();
        console.note("pulled %s in %s".formatted(model, Sizes.time((System.nanoTime() - start) / 1e6)));
    }

    /// Clears the bar.
    @Override
    public void close() {
        if (visible) {
            visible = false;
            console.redraw("");
        }
    }
}
