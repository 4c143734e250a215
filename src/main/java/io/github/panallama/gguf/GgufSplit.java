package io.github.panallama.gguf;

/// Which part of a model that is split into several files this file is.
///
/// @param number this file's place, from 0
/// @param count how many files there are
/// @param tensors how many tensors all files have together
public record GgufSplit(int number, int count, long tensors) {
    /// Checks the numbers.
    public GgufSplit {
        if (count < 1 || number < 0 || number >= count || tensors < 0) {
            throw new IllegalArgumentException(
                    "split %d of %d with %d tensors is not possible".formatted(number, count, tensors));
        }
    }
}
