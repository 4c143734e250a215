package io.github.panallama.memory;

import io.github.panallama.gguf.GgmlType;
import io.github.panallama.gguf.GgufArray;
import io.github.panallama.gguf.GgufFile;
import io.github.panallama.gguf.GgufModel;
import io.github.panallama.gguf.GgufTensor;
import io.github.panallama.model.FlashAttention;
import io.github.panallama.model.KvType;
import io.github.panallama.model.ModelOptions;
import java.util.Arrays;
import java.util.Set;

/// What a model will need in memory, from its file alone.
///
/// @param contextSize tokens that one request may use
/// @param parallel requests at the same time
/// @param weights bytes of the tensors
/// @param kvCache bytes: layers × KV heads × head size × tokens, for keys and values; an upper bound where layers see a
///     window only
/// @param compute bytes of the intermediate results, an estimate
/// @param anonymous how much of that is no mapped file: what the system cannot drop when memory is short
public record MemoryPlan(int contextSize, int parallel, long weights, long kvCache, long compute, long anonymous) {
    private static final int LONGEST_BY_DEFAULT = 8192;
    private static final int UNKNOWN_CONTEXT = 2048;
    private static final int KEPT_ROWS = 64; // of logits, at least
    private static final long MOST_LAYERS = 512; // of llama.cpp
    private static final long BLOCK = 256; // llama.cpp rounds a context up to this

    /// llama.cpp's CPU code keeps weights of these types in an order of its own, which is no longer the file's.
    private static final Set<GgmlType> REPACKED = Set.of(GgmlType.Q4_0, GgmlType.Q2_K, GgmlType.Q4_K, GgmlType.IQ4_NL);

    /// {@return what a model needs}
    ///
    /// @param model its files' headers
    /// @param options how it is to be loaded
    public static MemoryPlan of(GgufModel model, ModelOptions options) {
        var gguf = model.first();
        int context = options.contextSize() > 0 ? options.contextSize() : defaultContext(gguf);
        long cells = Math.ceilDiv(context, BLOCK) * BLOCK * options.parallel();
        long perToken = perToken(gguf, "attention.key_length", options.kvCache().typeK())
                + perToken(gguf, "attention.value_length", options.kvCache().typeV());
        long kvCache = times(cells, perToken);
        long compute = compute(gguf, cells, options);
        boolean mapped = options.loading().mmap() && !options.loading().mlock();
        long copied = mapped ? repacked(model) : model.tensorBytes();
        return new MemoryPlan(
                context,
                options.parallel(),
                model.tensorBytes(),
                kvCache,
                compute,
                plus(copied, plus(kvCache, compute)));
    }

    /// {@return all of it, in bytes}
    public long total() {
        return plus(weights, plus(kvCache, compute));
    }

    private static long repacked(GgufModel model) {
        return model.parts().stream()
                .flatMap(part -> part.tensors().stream())
                .filter(tensor -> tensor.type().filter(REPACKED::contains).isPresent())
                .mapToLong(GgufTensor::bytes)
                .sum();
    }

    /// A file may say anything: what no memory holds is as good as any such number.
    private static long times(long a, long b) {
        return Math.multiplyHigh(a, b) == 0 && a * b >= 0 ? a * b : Long.MAX_VALUE;
    }

    private static long plus(long a, long b) {
        return a + b < 0 ? Long.MAX_VALUE : a + b;
    }

    private static int defaultContext(GgufFile gguf) {
        long trained = gguf.parameter("context_length").orElse(0);
        return trained > 0 ? (int) Math.min(trained, LONGEST_BY_DEFAULT) : UNKNOWN_CONTEXT;
    }

    /// Bytes of one token's keys, or values, over all layers.
    private static long perToken(GgufFile gguf, String length, KvType type) {
        long heads = gguf.parameter("attention.head_count").orElse(0); // none: no attention
        long width = gguf.parameter("embedding_length").orElse(0);
        long headSize = gguf.parameter(length).orElse(width / Math.max(heads, 1));
        var ggml = GgmlType.valueOf(type.name());
        return times(times(kvHeads(gguf, heads), headSize), ggml.blockBytes()) / ggml.blockSize();
    }

    /// KV heads of all layers together: one number for all, or a list with one per layer.
    private static long kvHeads(GgufFile gguf, long heads) {
        long layers = Math.min(gguf.parameter("block_count").orElse(0), MOST_LAYERS);
        var key = gguf.architecture().orElse("") + ".attention.head_count_kv";
        return gguf.array(key)
                .map(list -> Arrays.stream(list.longs()).limit(MOST_LAYERS).sum())
                .orElseGet(() -> times(layers, gguf.integer(key).orElse(heads)));
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
        long states = times(4, plus(times(2, feedForward), times(4, width)));
        long mask = times(cells, scores ? plus(times(4, heads), 4) : 2);
        long rows = times(4 * vocabulary, Math.max(options.parallel(), KEPT_ROWS));
        return plus(times(options.compute().ubatchSize(), plus(states, mask)), rows);
    }
}
