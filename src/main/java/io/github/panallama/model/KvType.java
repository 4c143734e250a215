package io.github.panallama.model;

/// The type of the numbers in the KV cache: the exact ones llama.cpp accepts there.
///
/// Quantized types save memory and cost accuracy; for V they need flash attention.
public enum KvType {
    /// 32-bit floats.
    F32,
    /// 16-bit floats, the default.
    F16,
    /// 16-bit brain floats.
    BF16,
    /// 8.5 bits per number.
    Q8_0,
    /// 6 bits per number.
    Q5_1,
    /// 5.5 bits per number.
    Q5_0,
    /// 5 bits per number.
    Q4_1,
    /// 4.5 bits per number.
    Q4_0,
    /// 4.5 bits per number, non-linear.
    IQ4_NL
}
