package io.github.panallama.model;

/// Whether attention is computed in one fused step that never stores the score matrix.
public enum FlashAttention {
    /// Where the device supports it.
    AUTO,
    /// Always.
    ON,
    /// Never.
    OFF
}
