package io.github.panallama.gguf;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/// One tensor of the file: its name, shape, number format, and where its data lies.
///
/// @param name its name, for example `blk.0.attn_q.weight`
/// @param shape its dimensions, the fastest-moving first
/// @param typeNumber ggml's number of its format, also of one that this version does not know
/// @param offset where its data starts, counted from [GgufFile#dataOffset]
/// @param bytes the bytes of its data; for an unknown format the room up to the next tensor
public record GgufTensor(String name, List<Long> shape, int typeNumber, long offset, long bytes) {
    /// Checks the numbers.
    public GgufTensor {
        requireNonNull(name, "name");
        shape = List.copyOf(shape);
        if (offset < 0 || bytes < 0 || shape.stream().anyMatch(n -> n < 0)) {
            throw new IllegalArgumentException("tensor %s: shape %s, offset %d and bytes %d must not be negative"
                    .formatted(name, shape, offset, bytes));
        }
    }

    /// {@return its format, empty for one that this version does not know}
    public Optional<GgmlType> type() {
        return GgmlType.of(typeNumber);
    }

    /// {@return the name of its format, or `type 99` for one that this version does not know}
    public String typeName() {
        return type().map(GgmlType::name).orElse("type " + typeNumber);
    }

    /// {@return the number of its values}
    public long elements() {
        return shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
    }
}
