package io.github.panallama.gguf;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A list of values of one type. Its elements stay in the compact form of the file and are decoded when asked for, so
/// that a vocabulary of a quarter of a million tokens costs a few megabytes and no time.
public final class GgufArray implements GgufValue {
    private static final int SHOWN = 8;

    private final GgufType elementType;
    private final int size;
    private final byte[] bytes;
    /// Where each text ends in `bytes`; empty for the other types.
    private final int[] ends;

    GgufArray(GgufType elementType, int size, byte[] bytes, int[] ends) {
        this.elementType = elementType;
        this.size = size;
        this.bytes = bytes;
        this.ends = ends;
    }

    @Override
    public GgufType type() {
        return GgufType.ARRAY;
    }

    /// {@return the type that all elements have}
    public GgufType elementType() {
        return elementType;
    }

    /// {@return the number of elements}
    public int size() {
        return size;
    }

    /// Decodes one element.
    ///
    /// @param index from 0
    /// @return the element
    /// @throws IndexOutOfBoundsException if there is no such element
    public GgufValue get(int index) {
        Objects.checkIndex(index, size);
        return elementType == GgufType.STRING ? new Text(text(index)) : scalar(elementType, bytes, index);
    }

    /// The elements as texts: for texts a view that decodes on access.
    ///
    /// @return the texts; numbers are written as [GgufValue] prints them
    public List<String> strings() {
        return new Strings();
    }

    /// The elements as whole numbers.
    ///
    /// @return a new array
    /// @throws IllegalStateException if the elements are not integers
    public long[] longs() {
        if (!elementType.isInteger()) {
            throw new IllegalStateException("the array's elements are " + elementType + ", not integers");
        }
        return IntStream.range(0, size).mapToLong(i -> ((Int) get(i)).value()).toArray();
    }

    /// The elements as floating-point numbers.
    ///
    /// @return a new array
    /// @throws IllegalStateException if the elements are not floating-point numbers
    public double[] doubles() {
        if (elementType != GgufType.FLOAT32 && elementType != GgufType.FLOAT64) {
            throw new IllegalStateException("the array's elements are " + elementType + ", not floating-point");
        }
        return IntStream.range(0, size)
                .mapToDouble(i -> ((Real) get(i)).value())
                .toArray();
    }

    /// {@return the first elements and how many there are}
    @Override
    public String toString() {
        var shown = strings().stream().limit(SHOWN).map(GgufArray::oneLine).collect(Collectors.joining(", "));
        return size <= SHOWN ? "[" + shown + "]" : "[%s, … %s values]".formatted(shown, GgufException.count(size));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GgufArray that
                && elementType == that.elementType
                && size == that.size
                && Arrays.equals(ends, that.ends)
                && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Objects.hash(elementType, size, Arrays.hashCode(bytes));
    }

    static GgufValue scalar(GgufType type, byte[] bytes, int index) {
        var in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(index * type.bytes());
        return switch (type) {
            case UINT8 -> new Int(type, Byte.toUnsignedLong(in.get()));
            case INT8 -> new Int(type, in.get());
            case UINT16 -> new Int(type, Short.toUnsignedLong(in.getShort()));
            case INT16 -> new Int(type, in.getShort());
            case UINT32 -> new Int(type, Integer.toUnsignedLong(in.getInt()));
            case INT32 -> new Int(type, in.getInt());
            case UINT64, INT64 -> new Int(type, in.getLong());
            case FLOAT32 -> new Real(type, in.getFloat());
            case FLOAT64 -> new Real(type, in.getDouble());
            case BOOL -> new Bool(in.get() != 0);
            case STRING, ARRAY -> throw new IllegalArgumentException(type + " has no fixed length");
        };
    }

    /// {@return the index of a text that stands earlier in the list too, or -1}
    int repeated() {
        return VocabularyRules.repeated(bytes, ends);
    }

    private static String oneLine(String text) {
        return text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t");
    }

    private String text(int index) {
        int start = index == 0 ? 0 : ends[index - 1];
        return new String(bytes, start, ends[index] - start, UTF_8);
    }

    private final class Strings extends AbstractList<String> implements RandomAccess {
        @Override
        public String get(int index) {
            Objects.checkIndex(index, size);
            return elementType == GgufType.STRING
                    ? text(index)
                    : GgufArray.this.get(index).toString();
        }

        @Override
        public int size() {
            return size;
        }
    }
}
