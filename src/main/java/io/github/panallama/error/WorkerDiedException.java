package io.github.panallama.error;

/// The process that computes for an isolated model has died: of the model, of a changed file, of memory, or because
/// somebody ended it. What ran in it is lost; the next call starts a new one.
public final class WorkerDiedException extends LlamaException {
    /// Creates it.
    ///
    /// @param message how it died and what it said last
    public WorkerDiedException(String message) {
        super(message);
    }

    /// Creates it with the error behind it.
    ///
    /// @param message how it died and what it said last
    /// @param cause the error behind it
    public WorkerDiedException(String message, Throwable cause) {
        super(message, cause);
    }
}
