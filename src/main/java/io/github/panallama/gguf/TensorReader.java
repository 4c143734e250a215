package io.github.panallama.gguf;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;

/// Reads the tensor list, and checks that the data it promises is in the file. As llama.cpp does, it takes only files
/// whose tensors follow one another without gaps or overlaps.
final class TensorReader {
    /// A name of no bytes, no dimensions, a type and an offset.
    private static final int LEAST_BYTES = 8 + 4 + 4 + 8;
    /// The format's own bounds.
    private static final int LONGEST_NAME = 64;

    private static final int MOST_DIMENSIONS = 4;
    /// The largest models have tens of thousands.
    private static final int MOST_TENSORS = 1 << 20;

    private final GgufSource in;
    private final long alignment;

    TensorReader(GgufSource in, long alignment) {
        this.in = in;
        this.alignment = alignment;
    }

    /// What is said about a tensor at one place of the file, before it is known where its data ends.
    private record Entry(long at, String name, List<Long> shape, int type, OptionalLong bytes, long offset) {}

    /// The tensors, and where their data starts.
    record Tensors(List<GgufTensor> list, long dataOffset) {}

    Tensors read(long tensors) throws IOException {
        int count = in.count(tensors, LEAST_BYTES, "tensors");
        if (count > MOST_TENSORS) {
            throw in.damaged(in.position(), "there cannot be %s tensors".formatted(GgufException.count(tensors)));
        }
        var entries = new ArrayList<Entry>();
        var names = new HashSet<String>();
        for (int i = 0; i < count; i++) {
            var entry = entry("tensor " + (i + 1) + " of " + count);
            if (!names.add(entry.name)) {
                throw in.damaged(entry.at, "the tensor '" + entry.name + "' is there twice");
            }
            entries.add(entry);
        }
        long dataOffset = count == 0 ? in.position() : padded(in.position());
        return new Tensors(place(entries, dataOffset), dataOffset);
    }

    private Entry entry(String what) throws IOException {
        long at = in.position();
        var name = in.string(LONGEST_NAME, "the name of " + what);
        int dimensions = in.u32(what);
        if (dimensions < 0 || dimensions > MOST_DIMENSIONS) {
            throw in.damaged(
                    in.position() - 4,
                    "tensor '%s' has %s dimensions, more than %d"
                            .formatted(name, Integer.toUnsignedString(dimensions), MOST_DIMENSIONS));
        }
        var shape = new ArrayList<Long>();
        for (int i = 0; i < dimensions; i++) {
            shape.add(in.u64(what));
        }
        int type = in.u32(what);
        long offset = in.u64(what);
        return new Entry(at, name, List.copyOf(shape), type, bytes(at, name, shape, type), offset);
    }

    /// Empty for a format that this version does not know.
    private OptionalLong bytes(long at, String name, List<Long> shape, int number) throws GgufException {
        long elements = 1;
        for (long n : shape) {
            if (n < 0 || (elements != 0 && n > Long.MAX_VALUE / elements)) {
                throw in.damaged(at, "tensor '%s' has the impossible shape %s".formatted(name, shape));
            }
            elements *= n;
        }
        var type = GgmlType.of(number);
        if (type.isEmpty()) {
            return OptionalLong.empty();
        }
        int block = type.get().blockSize();
        long row = shape.isEmpty() ? 1 : shape.getFirst();
        if (row % block != 0) {
            throw in.damaged(
                    at,
                    "tensor '%s' has rows of %d values, not a multiple of the %d of a %s block"
                            .formatted(name, row, block, type.get()));
        }
        if (elements / block > Long.MAX_VALUE / type.get().blockBytes()) {
            throw in.damaged(at, "tensor '%s' has the impossible shape %s".formatted(name, shape));
        }
        return OptionalLong.of(elements / block * type.get().blockBytes());
    }

    private List<GgufTensor> place(List<Entry> entries, long dataOffset) throws GgufException {
        var placed = new ArrayList<GgufTensor>();
        long next = 0;
        long end = dataOffset;
        for (int i = 0; i < entries.size(); i++) {
            var entry = entries.get(i);
            boolean afterUnknown = i > 0 && entries.get(i - 1).bytes.isEmpty();
            boolean follows = afterUnknown ? entry.offset >= next : entry.offset == next;
            if (!follows || entry.offset % alignment != 0 || entry.offset > Long.MAX_VALUE / 2 - dataOffset) {
                throw in.damaged(
                        entry.at,
                        "the data of tensor '%s' is said to start at %s, expected %s"
                                .formatted(entry.name, Long.toUnsignedString(entry.offset), GgufException.count(next)));
            }
            long room = i + 1 < entries.size()
                    ? entries.get(i + 1).offset - entry.offset
                    : in.size() - dataOffset - entry.offset;
            long bytes = entry.bytes.orElse(Math.max(0, room));
            if (bytes > Long.MAX_VALUE / 2 - dataOffset - entry.offset) {
                throw in.damaged(entry.at, "tensor '%s' has impossibly much data".formatted(entry.name));
            }
            end = dataOffset + entry.offset + bytes;
            next = entry.bytes.isPresent() ? padded(entry.offset + bytes) : entry.offset;
            placed.add(new GgufTensor(entry.name, entry.shape, entry.type, entry.offset, bytes));
        }
        if (!entries.isEmpty() && end > in.size()) {
            throw in.whole("the file is truncated: %s bytes of %s; download it again"
                    .formatted(GgufException.count(in.size()), GgufException.count(end)));
        }
        return placed;
    }

    private long padded(long offset) {
        return (offset + alignment - 1) / alignment * alignment;
    }
}
