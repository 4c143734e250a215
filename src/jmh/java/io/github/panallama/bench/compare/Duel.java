package io.github.panallama.bench.compare;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/// A run of ours and a run of theirs that do the same work.
///
/// @param name for `--only`
/// @param work what both do, in a sentence
/// @param figures what is measured
record Duel(String name, String work, List<Figure> figures, Side ours, Side theirs) {
    /// One of the two.
    @FunctionalInterface
    interface Side {
        /// Does the work once, in a process of its own.
        ///
        /// @param threads that compute
        /// @param pair a number that is the same for ours and theirs, for work that must not repeat
        /// @return the value of every figure, by its name
        Map<String, Double> run(int threads, int pair) throws IOException, InterruptedException;
    }
}
