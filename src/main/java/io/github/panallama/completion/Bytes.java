package io.github.panallama.completion;

import java.util.Arrays;
import java.util.HexFormat;

/// Bytes that do not change: a value with [#equals].
public final class Bytes {
    private final byte[] bytes;

    private Bytes(byte[] bytes) {
        this.bytes = bytes;
    }

    /// {@return the bytes as a value}
    ///
    /// @param bytes copied
    public static Bytes of(byte... bytes) {
        return new Bytes(bytes.clone());
    }

    /// {@return how many there are}
    public int size() {
        return bytes.length;
    }

    /// {@return a copy}
    public byte[] toArray() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /// {@return the bytes in hexadecimal, as in `e2 82 ac`}
    @Override
    public String toString() {
        return HexFormat.ofDelimiter(" ").formatHex(bytes);
    }
}
