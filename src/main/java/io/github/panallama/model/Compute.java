package io.github.panallama.model;

/// What evaluates tokens, and in what portions.
///
/// @param threads for one token at a time, 0 or more; 0 = one per physical core that this process may use
/// @param threadsBatch for prompts, 0 or more; 0 = as `threads`
/// @param batchSize tokens of a prompt evaluated in one call, 1 or more: prompts are cut at its multiples
/// @param ubatchSize tokens computed at once within such a call, 1..batchSize
/// @param gpuLayers layers kept on a GPU, 0 or more; -1 = all. Without a GPU it has no effect
public record Compute(int threads, int threadsBatch, int batchSize, int ubatchSize, int gpuLayers) {
    /// As many threads as there are physical cores, batches of 512, all layers on a GPU if there is one.
    public static final Compute DEFAULT = new Compute(0, 0, 512, 512, -1);

    /// The most threads that llama.cpp's thread pools can hold.
    private static final int MAX_THREADS = 512;

    /// Checks the ranges.
    public Compute {
        require(threads >= 0 && threads <= MAX_THREADS, "threads", threads, "within 0..512 (0 = physical cores)");
        require(
                threadsBatch >= 0 && threadsBatch <= MAX_THREADS,
                "batch threads",
                threadsBatch,
                "within 0..512 (0 = as threads)");
        require(batchSize >= 1, "batch size", batchSize, "1 or more");
        require(
                ubatchSize >= 1 && ubatchSize <= batchSize,
                "ubatch size",
                ubatchSize,
                "within 1..batch size (%d)".formatted(batchSize));
        require(gpuLayers >= -1, "GPU layers", gpuLayers, "0 or more (-1 = all)");
    }

    private static void require(boolean condition, String what, int value, String range) {
        if (!condition) {
            throw new IllegalArgumentException("%s is %d, must be %s".formatted(what, value, range));
        }
    }

    /// {@return a copy with another number of threads}
    ///
    /// @param threads see the component
    public Compute withThreads(int threads) {
        return new Compute(threads, threadsBatch, batchSize, ubatchSize, gpuLayers);
    }

    /// {@return a copy with another number of threads for prompts}
    ///
    /// @param threadsBatch see the component
    public Compute withThreadsBatch(int threadsBatch) {
        return new Compute(threads, threadsBatch, batchSize, ubatchSize, gpuLayers);
    }

    /// {@return a copy with another batch size; the ubatch size is lowered to it if need be}
    ///
    /// @param batchSize see the component
    public Compute withBatchSize(int batchSize) {
        return new Compute(threads, threadsBatch, batchSize, Math.min(ubatchSize, batchSize), gpuLayers);
    }

    /// {@return a copy with another ubatch size}
    ///
    /// @param ubatchSize see the component
    public Compute withUbatchSize(int ubatchSize) {
        return new Compute(threads, threadsBatch, batchSize, ubatchSize, gpuLayers);
    }

    /// {@return a copy with another number of layers on the GPU}
    ///
    /// @param gpuLayers see the component
    public Compute withGpuLayers(int gpuLayers) {
        return new Compute(threads, threadsBatch, batchSize, ubatchSize, gpuLayers);
    }
}
