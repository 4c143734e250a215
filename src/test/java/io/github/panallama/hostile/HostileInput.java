package io.github.panallama.hostile;

import io.github.panallama.Llama;

/// A request that no well-meaning caller makes.
///
/// @param name what is wrong with it; the name of its test
/// @param use makes it
record HostileInput(String name, Use use) {
    /// Asks a model.
    @FunctionalInterface
    interface Use {
        void of(Llama llama) throws Throwable;
    }

    /// Asks, in time; the answer or the refusal must be one of ours.
    void check(Llama llama) {
        Outcomes.inTime(() -> Outcomes.answers(() -> use.of(llama)));
    }

    @Override
    public String toString() {
        return name;
    }
}
