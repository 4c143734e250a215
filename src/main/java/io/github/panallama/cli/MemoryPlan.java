package io.github.panallama.cli;

import io.github.panallama.gguf.GgmlType;
import io.github.panallama.gguf.GgufArray;
import io.github.panallama.gguf.GgufFile;
import io.github.panallama.model.FlashAttention;
import io.github.panallama.model.KvType;
import io.github.panallama.model.ModelOptions;
import java.util.Arrays;

/// What a model will need in memory, from its file alone.
///
/// @param contextSize tokens that one request may use
/// @param parallel requests at the same time
/// @param weights bytes of the tensors
/// @param kvCache bytes: layers × KV heads × head size × tokens, for keys and values; an upper bound where layers see a
///     window only
/// @param compute bytes of the intermediate results, an estimate
/// @param total all of it
record MemoryPlan(int contextSize, int parallel, long weights, long kvCache, long compute, long total) {
    private static final int LONGEST_BY_DEFAULT = 8192;
    private static final int UNKNOWN_CONTEXT = 2048;
    private static final long BLOCK = 256; // llama.cpp rounds a context up to this

    static MemoryPlan of(GgufFile gguf, long weights, ModelOptions options) {
        int context = options.contextSize() > 0 ? options.contextSize() : defaultContext(gguf);
        long cells = Math.ceilDiv(context, BLOCK) * BLOCK * options.parallel();
        long perToken = perToken(gguf, "attention.key_length", options.kvCache().typeK())
                + perToken(gguf, "attention.value_length", options.kvCache().typeV());
        long kvCache = cells * perToken;
        long compute = compute(gguf, cells, options);
        return new MemoryPlan(context, options.parallel(), weights, kvCache, compute, weights + kvCache + compute);
    }

    private static int defaultContext(GgufFile gguf) {
        long trained = gguf.parameter("context_length").orElse(0);
        return trained > 0 ? (int) Math.min(trained, LONGEST_BY_DEFAULT) : UNKNOWN_CONTEXT;
    }

    /// Bytes of one token's keys, or values, over all layers.
    private static long perToken(GgufFile gguf, String length, KvType type) {
        long heads = gguf.parameter("attention.head_count").orElse(1);
        long width = gguf.parameter("embedding_length").orElse(0);
        long headSize = gguf.parameter(length).orElse(width / Math.max(heads, 1));
        var ggml = GgmlType.valueOf(type.name());
        return kvHeads(gguf, heads) * headSize * ggml.blockBytes() / ggml.blockSize();
    }

    /// KV heads of all layers together: one number for all, or a list with one per layer.
    private static long kvHeads(GgufFile gguf, long heads) {
        long layers = gguf.parameter("block_count").orElse(0);
        var key = gguf.architecture().orElse("") + ".attention.head_count_kv";
        return gguf.array(key)
                .map(list -> Arrays.stream(list.longs()).sum())
                .orElseGet(() -> layers * gguf.integer(key).orElse(heads));
    }

    /// Feed-forward part and a few hidden states per token computed at once, the attention mask, the rows of logits;
    /// without flash attention the attention scores too.
    private static long compute(GgufFile gguf, long cells, ModelOptions options) {
        long vocabulary =
                gguf.array("tokenizer.ggml.tokens").map(GgufArray::size).orElse(0);
        long width = gguf.parameter("embedding_length").orElse(0);
        long feedForward = gguf.parameter("feed_forward_length").orElse(4 * width);
        long heads = gguf.parameter("attention.head_count").orElse(1);
        boolean scores = options.kvCache().flashAttention() == FlashAttention.OFF;
        long perToken = 4 * (2 * feedForward + 4 * width) + cells * (scores ? 4 * heads + 4 : 2);
        return options.compute().ubatchSize() * perToken + 4 * vocabulary * options.parallel();
    }
}
