package io.github.panallama.bench.compare;

/// Something that a duel measures on both sides.
///
/// @param name for programs
/// @param title for people
/// @param unit of the values
/// @param more whether more of it is better
record Figure(String name, String title, String unit, boolean more) {
    static Figure rate(String name, String title) {
        return new Figure(name, title, "tokens/s", true);
    }

    static Figure time(String name, String title) {
        return new Figure(name, title, "ms", false);
    }

    static Figure memory(String name, String title) {
        return new Figure(name, title, "MB", false);
    }

    /// {@return how many times as good as theirs ours is: above 1, panallama is ahead, whatever the unit}
    double ratio(double ours, double theirs) {
        return more ? ours / theirs : theirs / ours;
    }
}
