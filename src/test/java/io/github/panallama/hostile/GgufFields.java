package io.github.panallama.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// Where the numbers are that hold a GGUF file together.
///
/// @param all the fields, from the first to the last
/// @param end where the weights begin
record GgufFields(List<Field> all, int end) {
    private static final int STRING = 8;
    private static final int ARRAY = 9;

    /// The size of a value, by its type.
    private static final int[] SIZES = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};

    /// What a field says.
    enum Kind {
        MAGIC,
        TYPE,
        LENGTH,
        OFFSET
    }

    /// One number.
    ///
    /// @param name what it is
    /// @param kind what it says
    /// @param at where it is
    /// @param size its bytes, 4 or 8
    record Field(String name, Kind kind, int at, int size) {
        /// {@return numbers that it should not be}
        List<Long> badValues() {
            return switch (kind) {
                case MAGIC -> List.of(0L, 1L, 2L, 4L, 99L, 0x0300_0000L, -1L);
                case TYPE -> List.of(0L, 7L, 8L, 9L, 13L, 31L, -1L);
                case LENGTH -> List.of(0L, 1L, 65L, 1L << 31, 1L << 40, 1L << 62, Long.MIN_VALUE, -1L);
                case OFFSET -> List.of(0L, 8L, 1L << 20, 1L << 62, -32L, -1L);
            };
        }

        /// {@return the file with another number here}
        byte[] with(byte[] file, long value) {
            var changed = ByteBuffer.wrap(file.clone()).order(ByteOrder.LITTLE_ENDIAN);
            if (size == Long.BYTES) {
                changed.putLong(at, value);
            } else {
                changed.putInt(at, (int) value);
            }
            return changed.array();
        }
    }

    GgufFields {
        all = List.copyOf(all);
    }

    /// Reads a file that is known to be good.
    static GgufFields of(byte[] file) {
        var reader = new Reader(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN));
        reader.read();
        return new GgufFields(reader.fields, (reader.in.position() + 31) / 32 * 32);
    }

    private static final class Reader {
        private final ByteBuffer in;
        private final List<Field> fields = new ArrayList<>();

        Reader(ByteBuffer in) {
            this.in = in;
        }

        void read() {
            field("magic", Kind.MAGIC, 4);
            field("version", Kind.MAGIC, 4);
            long tensors = field("number of tensors", Kind.LENGTH, 8);
            long keys = field("number of keys", Kind.LENGTH, 8);
            for (long i = 0; i < keys; i++) {
                var key = string("key " + i);
                value(key, (int) field("type of " + key, Kind.TYPE, 4));
            }
            for (long i = 0; i < tensors; i++) {
                tensor(i);
            }
        }

        private void value(String key, int type) {
            switch (type) {
                case STRING -> string(key);
                case ARRAY -> {
                    int element = (int) field("element type of " + key, Kind.TYPE, 4);
                    long length = field("elements of " + key, Kind.LENGTH, 8);
                    for (long i = 0; i < length; i++) {
                        if (element == STRING && i < 3) { // the others are alike
                            string("element " + i + " of " + key);
                        } else {
                            skip(element == STRING ? in.getLong() : SIZES[element]);
                        }
                    }
                }
                default -> skip(SIZES[type]);
            }
        }

        private void tensor(long number) {
            var name = string("tensor " + number);
            long dimensions = field("dimensions of " + name, Kind.TYPE, 4);
            for (long i = 0; i < dimensions; i++) {
                field("dimension " + i + " of " + name, Kind.LENGTH, 8);
            }
            field("type of " + name, Kind.TYPE, 4);
            field("place of " + name, Kind.OFFSET, 8);
        }

        private String string(String what) {
            var bytes = new byte[(int) field("length of " + what, Kind.LENGTH, 8)];
            in.get(bytes);
            return new String(bytes, UTF_8);
        }

        private long field(String name, Kind kind, int size) {
            fields.add(new Field(name, kind, in.position(), size));
            return size == Long.BYTES ? in.getLong() : in.getInt();
        }

        private void skip(long bytes) {
            in.position((int) (in.position() + bytes));
        }
    }
}
