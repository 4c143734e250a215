package io.github.panallama.sampling;

/// One form of complaint for every range.
final class Checks {
    private Checks() {}

    static void require(boolean condition, String what, Number value, String range) {
        if (!condition) {
            throw new IllegalArgumentException("%s is %s, must be %s".formatted(what, value, range));
        }
    }
}
