package io.github.panallama.gguf;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The number formats of tensors that this version knows, as ggml names them. Values are stored in blocks; a format
/// that ggml added later is not here and is reported by its number ([GgufTensor#typeNumber]).
public enum GgmlType {
    /// 32-bit float.
    F32(0, 1, 4),
    /// 16-bit float.
    F16(1, 1, 2),
    /// 4 bits and a scale.
    Q4_0(2, 32, 18),
    /// 4 bits, a scale and a minimum.
    Q4_1(3, 32, 20),
    /// 5 bits and a scale.
    Q5_0(6, 32, 22),
    /// 5 bits, a scale and a minimum.
    Q5_1(7, 32, 24),
    /// 8 bits and a scale.
    Q8_0(8, 32, 34),
    /// 8 bits, a scale and a sum.
    Q8_1(9, 32, 36),
    /// 2 bits, in super-blocks.
    Q2_K(10, 256, 84),
    /// 3 bits, in super-blocks.
    Q3_K(11, 256, 110),
    /// 4 bits, in super-blocks.
    Q4_K(12, 256, 144),
    /// 5 bits, in super-blocks.
    Q5_K(13, 256, 176),
    /// 6 bits, in super-blocks.
    Q6_K(14, 256, 210),
    /// 8 bits, in super-blocks.
    Q8_K(15, 256, 292),
    /// 2.06 bits with an importance table.
    IQ2_XXS(16, 256, 66),
    /// 2.31 bits with an importance table.
    IQ2_XS(17, 256, 74),
    /// 3.06 bits with an importance table.
    IQ3_XXS(18, 256, 98),
    /// 1.56 bits with an importance table.
    IQ1_S(19, 256, 50),
    /// 4 bits, not linear.
    IQ4_NL(20, 32, 18),
    /// 3.44 bits with an importance table.
    IQ3_S(21, 256, 110),
    /// 2.5 bits with an importance table.
    IQ2_S(22, 256, 82),
    /// 4.25 bits, not linear.
    IQ4_XS(23, 256, 136),
    /// 8-bit integer.
    I8(24, 1, 1),
    /// 16-bit integer.
    I16(25, 1, 2),
    /// 32-bit integer.
    I32(26, 1, 4),
    /// 64-bit integer.
    I64(27, 1, 8),
    /// 64-bit float.
    F64(28, 1, 8),
    /// 1.75 bits with an importance table.
    IQ1_M(29, 256, 56),
    /// 16-bit float with the range of F32.
    BF16(30, 1, 2),
    /// Ternary, 1.69 bits.
    TQ1_0(34, 256, 54),
    /// Ternary, 2.06 bits.
    TQ2_0(35, 256, 66),
    /// 4-bit float with a shared exponent (OCP MX).
    MXFP4(39, 32, 17),
    /// 4-bit float with FP8 scales.
    NVFP4(40, 64, 36),
    /// 1 bit and a scale.
    Q1_0(41, 128, 18),
    /// 2 bits and a scale.
    Q2_0(42, 64, 18);

    private static final Map<Integer, GgmlType> BY_NUMBER =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(t -> t.number, Function.identity()));

    private final int number;
    private final int blockSize;
    private final int blockBytes;

    GgmlType(int number, int blockSize, int blockBytes) {
        this.number = number;
        this.blockSize = blockSize;
        this.blockBytes = blockBytes;
    }

    /// The format with a number.
    ///
    /// @param number the number in the file
    /// @return the format, empty for one that this version does not know
    public static Optional<GgmlType> of(int number) {
        return Optional.ofNullable(BY_NUMBER.get(number));
    }

    /// {@return the number in the file}
    public int number() {
        return number;
    }

    /// {@return how many values a block has; rows are whole blocks}
    public int blockSize() {
        return blockSize;
    }

    /// {@return how many bytes a block takes}
    public int blockBytes() {
        return blockBytes;
    }
}
