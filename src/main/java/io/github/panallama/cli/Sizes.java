package io.github.panallama.cli;

/// Numbers for people.
final class Sizes {
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB"};

    private Sizes() {}

    /// {@return as in `98.4 MB`}
    static String bytes(long bytes) {
        double value = bytes;
        int unit = 0;
        while (Math.abs(value) >= 999.5 && unit < UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        return unit == 0 ? bytes + " B" : "%.1f %s".formatted(value, UNITS[unit]);
    }

    /// {@return as in `98,362,432`}
    static String count(long number) {
        return "%,d".formatted(number);
    }

    /// {@return as in `45 ms` or `3.2 s`}
    static String time(double milliseconds) {
        return milliseconds < 1000 ? "%.0f ms".formatted(milliseconds) : "%.1f s".formatted(milliseconds / 1000);
    }
}
