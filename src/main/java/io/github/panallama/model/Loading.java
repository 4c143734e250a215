package io.github.panallama.model;

/// How the weights come into memory.
///
/// @param mmap map the file instead of reading it: starts at once and shares memory between processes, but the file
/// must
///     not change while it is loaded
/// @param mlock keep the weights from being swapped out
/// @param checkTensors refuse weights that are not numbers (reads the whole file)
public record Loading(boolean mmap, boolean mlock, boolean checkTensors) {
    /// Mapped, not locked, not checked.
    public static final Loading DEFAULT = new Loading(true, false, false);

    /// {@return a copy that does or does not map the file}
    ///
    /// @param mmap see the component
    public Loading withMmap(boolean mmap) {
        return new Loading(mmap, mlock, checkTensors);
    }

    /// {@return a copy that does or does not lock the weights in memory}
    ///
    /// @param mlock see the component
    public Loading withMlock(boolean mlock) {
        return new Loading(mmap, mlock, checkTensors);
    }

    /// {@return a copy that does or does not check the weights}
    ///
    /// @param checkTensors see the component
    public Loading withCheckTensors(boolean checkTensors) {
        return new Loading(mmap, mlock, checkTensors);
    }
}
