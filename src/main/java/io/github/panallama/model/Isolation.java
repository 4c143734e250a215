package io.github.panallama.model;

/// Where a model is loaded.
public enum Isolation {
    /// In this process: fastest, and enough for models that are trusted.
    NONE,
    /// In a process of its own: what no check can prevent, such as a file that changes while it is mapped, a fault of a
    /// GPU driver, or a model made to attack, ends that process only. Its caller gets a
    /// [io.github.panallama.error.WorkerDiedException], and the next call starts another.
    PROCESS
}
