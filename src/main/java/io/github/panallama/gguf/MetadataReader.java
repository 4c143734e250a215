package io.github.panallama.gguf;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// Reads the key-value part.
final class MetadataReader {
    /// An empty text as key, a type, one byte.
    private static final int LEAST_BYTES = 8 + 4 + 1;
    /// The format's own bound.
    private static final int LONGEST_KEY = (1 << 16) - 1;
    /// Models have about fifty keys; each costs an object, so the file's size alone is too lax a bound.
    private static final int MOST_KEYS = 1 << 16;

    private final GgufSource in;

    MetadataReader(GgufSource in) {
        this.in = in;
    }

    SequencedMap<String, GgufValue> read(long keys) throws IOException {
        int count = in.count(keys, LEAST_BYTES, "metadata keys");
        if (count > MOST_KEYS) {
            throw in.damaged(in.position(), "there cannot be %s metadata keys".formatted(GgufException.count(keys)));
        }
        var metadata = new LinkedHashMap<String, GgufValue>();
        for (int i = 0; i < count; i++) {
            long at = in.position();
            var key = in.string(LONGEST_KEY, "the name of key " + (i + 1) + " of " + count);
            if (key.isEmpty()) {
                throw in.damaged(at, "key %d of %d has no name".formatted(i + 1, count));
            }
            if (metadata.put(key, value("the value of '" + GgufException.shown(key) + "'")) != null) {
                throw in.damaged(at, "the key '" + GgufException.shown(key) + "' is there twice");
            }
        }
        return metadata;
    }

    private GgufValue value(String what) throws IOException {
        var type = type(what);
        return switch (type) {
            case STRING -> new GgufValue.Text(in.string(Integer.MAX_VALUE - 8, what));
            case ARRAY -> array(what);
            default -> GgufArray.scalar(type, in.bytes(type.bytes(), what), 0);
        };
    }

    private GgufType type(String what) throws IOException {
        int number = in.u32(what);
        return GgufType.of(number)
                .orElseThrow(() -> in.damaged(
                        in.position() - 4, what + " has the unknown type " + Integer.toUnsignedString(number)));
    }

    private GgufArray array(String what) throws IOException {
        var type = type(what);
        if (type == GgufType.ARRAY) {
            throw in.unsupported(
                    in.position() - 4,
                    what + " is an array of arrays, which llama.cpp does not read either; use another file");
        }
        long elements = in.u64(what);
        if (type == GgufType.STRING) {
            return strings(in.count(elements, Long.BYTES, "texts in " + what), what);
        }
        int size = in.count(elements, type.bytes(), "elements in " + what);
        return new GgufArray(type, size, in.bytes(size * type.bytes(), what), new int[0]);
    }

    private GgufArray strings(int size, String what) throws IOException {
        var ends = new int[size];
        var bytes = new byte[Math.min(size, 1 << 20) * 8];
        int end = 0;
        for (int i = 0; i < size; i++) {
            long length = in.u64(what);
            in.require(length, what);
            int from = end;
            end = Math.addExact(end, (int) length);
            if (end > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(end, bytes.length * 2));
            }
            in.read(bytes, from, (int) length, what);
            ends[i] = end;
        }
        return new GgufArray(GgufType.STRING, size, Arrays.copyOf(bytes, end), ends);
    }
}
