package io.github.panallama.model;

import java.util.List;

/// How a model is loaded.
///
/// @param contextSize tokens that one request may use, prompt and completion together, 0 or more; 0 = what the model
/// was
///     trained for, at most 8,192
/// @param parallel requests that are generated at the same time, 1..256; each has its own part of the KV cache, used or
///     not, so memory grows with `parallel` times `contextSize`. Further requests wait their turn
/// @param queue requests that may wait beyond those, 0 or more; one more is refused with
///     [io.github.panallama.error.QueueFullException]
/// @param compute threads, batches and GPU layers
/// @param kvCache types of the KV cache, flash attention
/// @param loading how the weights come into memory
/// @param loras adapters that are applied
/// @param logitsAll whether `Llama.evaluate` keeps the raw logits of every position instead of the last one's. Nothing
///     else needs it: log-probabilities, echo and scores are always there
/// @param deterministic whether a request's tokens and log-probabilities are, bit for bit, those it would have alone,
///     whatever else runs, and whatever prefix was still there. Without it that holds for one request at a time; beside
///     others it depends on the types of the weights. It costs nothing for one caller; many lose what computing their
///     tokens together would gain
/// @param verbose whether llama.cpp's log is printed on standard error
/// @param isolation whether the model is loaded in this process, or in one of its own, which may die without this one
public record ModelOptions(
        int contextSize,
        int parallel,
        int queue,
        Compute compute,
        KvCache kvCache,
        Loading loading,
        List<Lora> loras,
        boolean logitsAll,
        boolean deterministic,
        boolean verbose,
        Isolation isolation) {

    /// One request at a time, the model's own context up to 8,192 tokens, 1,024 waiting requests, silent.
    public static final ModelOptions DEFAULT = new ModelOptions(
            0,
            1,
            1024,
            Compute.DEFAULT,
            KvCache.DEFAULT,
            Loading.DEFAULT,
            List.of(),
            false,
            false,
            false,
            Isolation.NONE);

    /// The most sequences a llama.cpp context can hold.
    private static final int MAX_PARALLEL = 256;

    /// Checks the ranges and copies the list.
    public ModelOptions {
        require(contextSize >= 0, "context size", contextSize, "0 or more (0 = the model's own, at most 8,192)");
        require(parallel >= 1 && parallel <= MAX_PARALLEL, "parallel", parallel, "within 1..256");
        require(queue >= 0, "queue", queue, "0 or more");
        loras = List.copyOf(loras);
    }

    private static void require(boolean condition, String what, int value, String range) {
        if (!condition) {
            throw new IllegalArgumentException("%s is %d, must be %s".formatted(what, value, range));
        }
    }

    /// {@return a copy with another context size}
    ///
    /// @param contextSize see the component
    public ModelOptions withContextSize(int contextSize) {
        return new ModelOptions(
                contextSize,
                parallel,
                queue,
                compute,
                kvCache,
                loading,
                loras,
                logitsAll,
                deterministic,
                verbose,
                isolation);
    }

    /// {@return a copy with another number of parallel requests}
    ///
    /// @param parallel see the component
    public ModelOptions withParallel(int parallel) {
        return new ModelOptions(
                contextSize,
                parallel,
                queue,
                compute,
                kvCache,
                loading,
                loras,
                logitsAll,
                deterministic,
                verbose,
                isolation);
    }

    /// {@return a copy with another bound on waiting requests}
    ///
    /// @param queue see the component
    public ModelOptions withQueue(int queue) {
        return new ModelOptions(
                contextSize,
                parallel,
                queue,
                compute,
                kvCache,
                loading,
                loras,
                logitsAll,
                deterministic,
                verbose,
                isolation);
    }

    /// {@return a copy with other threads, batches or GPU layers}
    ///
    /// @param compute see the component
    public ModelOptions withCompute(Compute compute) {
        return new ModelOptions(
                contextSize,
                parallel,
                queue,
                compute,
                kvCache,
                loading,
                loras,
                logitsAll,
                deterministic,
                verbose,
                isolation);
    }

    /// {@return a copy with another KV cache}
    ///
    /// @param kvCache see the component
    public ModelOptions withKvCache(KvCache kvCache) {
        return new ModelOptions(
                contextSize,
                parallel,
                queue,
                compute,
                kvCache,
                loading,
                loras,
                logitsAll,
                deterministic,
                verbose,
                isolation);
    }

    /// {@return a copy with another way of loading}
    ///
    /// @param loading see the component
    public ModelOptions withLoading(Loading loading) {
        return new ModelOptions(
                contextSize,
                parallel,
                queue,
                compute,
                kvCache,
                loading,
                loras,
                logitsAll,
                deterministic,
                verbose,
                isolation);
    }

    /// {@return a copy with other adapters}
    ///
    /// @param loras see the component
    public ModelOptions withLoras(List<Lora> loras) {
        return new ModelOptions(
                contextSize,
                parallel,
                queue,
                compute,
                kvCache,
                loading,
                loras,
                logitsAll,
                deterministic,
                verbose,
                isolation);
    }

    /// {@return a copy that keeps the raw logits of every evaluated position, or of the last one only}
    ///
    /// @param logitsAll see the component
    public ModelOptions withLogitsAll(boolean logitsAll) {
        return new ModelOptions(
                contextSize,
                parallel,
                queue,
                compute,
                kvCache,
                loading,
                loras,
                logitsAll,
                deterministic,
                verbose,
                isolation);
    }

    /// {@return a copy whose answers do or do not depend on what else runs}
    ///
    /// @param deterministic see the component
    public ModelOptions withDeterministic(boolean deterministic) {
        return new ModelOptions(
                contextSize,
                parallel,
                queue,
                compute,
                kvCache,
                loading,
                loras,
                logitsAll,
                deterministic,
                verbose,
                isolation);
    }

    /// {@return a copy that does or does not print llama.cpp's log}
    ///
    /// @param verbose see the component
    public ModelOptions withVerbose(boolean verbose) {
        return new ModelOptions(
                contextSize,
                parallel,
                queue,
                compute,
                kvCache,
                loading,
                loras,
                logitsAll,
                deterministic,
                verbose,
                isolation);
    }

    /// {@return a copy that is loaded elsewhere}
    ///
    /// @param isolation see the component
    public ModelOptions withIsolation(Isolation isolation) {
        return new ModelOptions(
                contextSize,
                parallel,
                queue,
                compute,
                kvCache,
                loading,
                loras,
                logitsAll,
                deterministic,
                verbose,
                isolation);
    }

    /// {@return a copy with another number of threads, for tokens and prompts alike}
    ///
    /// @param threads 0..512; 0 = one per physical core
    public ModelOptions withThreads(int threads) {
        return withCompute(compute.withThreads(threads).withThreadsBatch(0));
    }

    /// {@return a copy with another number of layers on the GPU}
    ///
    /// @param gpuLayers 0 or more; -1 = all
    public ModelOptions withGpuLayers(int gpuLayers) {
        return withCompute(compute.withGpuLayers(gpuLayers));
    }
}
