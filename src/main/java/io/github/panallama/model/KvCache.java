package io.github.panallama.model;

/// How the KV cache is kept.
///
/// @param typeK type of the keys
/// @param typeV type of the values; a quantized one needs flash attention
/// @param flashAttention whether attention is fused
public record KvCache(KvType typeK, KvType typeV, FlashAttention flashAttention) {
    /// 16-bit floats, flash attention where the device supports it.
    public static final KvCache DEFAULT = new KvCache(KvType.F16, KvType.F16, FlashAttention.AUTO);

    /// Refuses a quantized V without flash attention.
    public KvCache {
        boolean quantized = typeV != KvType.F32 && typeV != KvType.F16 && typeV != KvType.BF16;
        if (quantized && flashAttention == FlashAttention.OFF) {
            throw new IllegalArgumentException(
                    "a V cache of type %s needs flash attention: leave it on or use F16".formatted(typeV));
        }
    }

    /// {@return a copy with another type of keys}
    ///
    /// @param typeK see the component
    public KvCache withTypeK(KvType typeK) {
        return new KvCache(typeK, typeV, flashAttention);
    }

    /// {@return a copy with another type of values}
    ///
    /// @param typeV see the component
    public KvCache withTypeV(KvType typeV) {
        return new KvCache(typeK, typeV, flashAttention);
    }

    /// {@return a copy with flash attention on, off or automatic}
    ///
    /// @param flashAttention see the component
    public KvCache withFlashAttention(FlashAttention flashAttention) {
        return new KvCache(typeK, typeV, flashAttention);
    }
}
