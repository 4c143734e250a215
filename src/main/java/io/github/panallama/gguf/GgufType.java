package io.github.panallama.gguf;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// The type of a metadata value.
public enum GgufType {
    /// An unsigned byte.
    UINT8(0, 1),
    /// A signed byte.
    INT8(1, 1),
    /// An unsigned 16-bit integer.
    UINT16(2, 2),
    /// A signed 16-bit integer.
    INT16(3, 2),
    /// An unsigned 32-bit integer.
    UINT32(4, 4),
    /// A signed 32-bit integer.
    INT32(5, 4),
    /// A float.
    FLOAT32(6, 4),
    /// True or false.
    BOOL(7, 1),
    /// A text in UTF-8.
    STRING(8, 0),
    /// A list of values of one type.
    ARRAY(9, 0),
    /// An unsigned 64-bit integer.
    UINT64(10, 8),
    /// A signed 64-bit integer.
    INT64(11, 8),
    /// A double.
    FLOAT64(12, 8);

    private static final GgufType[] ALL = values();

    private final int number;
    private final int bytes;

    GgufType(int number, int bytes) {
        this.number = number;
        this.bytes = bytes;
    }

    static Optional<GgufType> of(int number) {
        return Arrays.stream(ALL).filter(type -> type.number == number).findFirst();
    }

    /// {@return the number in the file}
    public int number() {
        return number;
    }

    /// {@return the bytes that one value takes in the file, 0 for those of varying length}
    public int bytes() {
        return bytes;
    }

    /// {@return whether it is one of the eight integer types}
    public boolean isInteger() {
        return switch (this) {
            case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 -> true;
            case FLOAT32, FLOAT64, BOOL, STRING, ARRAY -> false;
        };
    }

    /// {@return the name as GGUF tools print it: uint32, string}
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
