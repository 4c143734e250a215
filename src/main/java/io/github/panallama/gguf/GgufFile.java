package io.github.panallama.gguf;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/// What a GGUF file says about itself. Nothing of it refers to the open file: a value is free to outlive it.
///
/// @param path the file
/// @param version the version of the format, 2 or 3
/// @param bytes the size of the file
/// @param alignment the multiple at which each tensor's data starts
/// @param dataOffset where in the file the tensor data starts
/// @param metadata all keys in the order of the file
/// @param tensors all tensors in the order of the file
public record GgufFile(
        Path path,
        int version,
        long bytes,
        long alignment,
        long dataOffset,
        SequencedMap<String, GgufValue> metadata,
        List<GgufTensor> tensors) {
    /// Checks and copies.
    public GgufFile {
        requireNonNull(path, "path");
        if (Long.bitCount(alignment) != 1 || dataOffset < 0 || bytes < 0) {
            throw new IllegalArgumentException(
                    "alignment %d must be a power of two, data offset %d and size %d positive"
                            .formatted(alignment, dataOffset, bytes));
        }
        metadata = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(metadata));
        tensors = List.copyOf(tensors);
    }

    /// Reads a file's header, metadata and tensor list; tensor data is not read.
    ///
    /// @param path the file
    /// @return what it says
    /// @throws GgufException if it is not a GGUF file, a damaged one, or of a version that is not supported
    /// @throws IOException if it cannot be read
    public static GgufFile read(Path path) throws IOException {
        return GgufParser.parse(path);
    }

    /// The value of a key, whatever its type.
    ///
    /// @param key the key's whole name
    /// @return its value, empty if the file does not have it
    public Optional<GgufValue> value(String key) {
        return Optional.ofNullable(metadata.get(key));
    }

    /// The value of a key that is a text.
    ///
    /// @param key the key's whole name
    /// @return its text, empty if the file does not have it as a text
    public Optional<String> string(String key) {
        return value(key).flatMap(v -> v instanceof GgufValue.Text(var text) ? Optional.of(text) : Optional.empty());
    }

    /// The value of a key that is a whole number.
    ///
    /// @param key the key's whole name
    /// @return its number, empty if the file does not have it as an integer
    public OptionalLong integer(String key) {
        return metadata.get(key) instanceof GgufValue.Int number
                ? OptionalLong.of(number.value())
                : OptionalLong.empty();
    }

    /// The value of a key that is a number of any kind.
    ///
    /// @param key the key's whole name
    /// @return its number, empty if the file does not have it as a number
    public OptionalDouble number(String key) {
        return switch (metadata.get(key)) {
            case GgufValue.Int number -> OptionalDouble.of((double) number.value());
            case GgufValue.Real number -> OptionalDouble.of(number.value());
            case null, default -> OptionalDouble.empty();
        };
    }

    /// The value of a key that is a list.
    ///
    /// @param key the key's whole name
    /// @return the list, empty if the file does not have it as a list
    public Optional<GgufArray> array(String key) {
        return value(key).flatMap(v -> v instanceof GgufArray array ? Optional.of(array) : Optional.empty());
    }

    /// {@return the architecture, for example `llama`, which also begins the names of its own keys}
    public Optional<String> architecture() {
        return string("general.architecture");
    }

    /// A whole number among the architecture's own keys.
    ///
    /// @param name the key's name without the architecture: `block_count`, `attention.head_count`
    /// @return its number, empty if the file does not have it as an integer
    public OptionalLong parameter(String name) {
        var architecture = architecture();
        return architecture.isPresent() ? integer(architecture.get() + "." + name) : OptionalLong.empty();
    }

    /// {@return the mix of number formats, for example `Q4_1`: what the file says, else the format of most of its data}
    public Optional<String> fileType() {
        var said = integer("general.file_type");
        return said.isPresent()
                ? FileTypes.name(said.getAsLong()).or(() -> Optional.of("type " + said.getAsLong()))
                : mostOfIt();
    }

    private Optional<String> mostOfIt() {
        var bytes = tensors.stream()
                .collect(Collectors.groupingBy(GgufTensor::typeName, Collectors.summingLong(GgufTensor::bytes)));
        return bytes.entrySet().stream()
                .max(Comparator.comparing(Map.Entry::getValue))
                .map(Map.Entry::getKey);
    }

    /// {@return the bytes of all tensors of this file}
    public long tensorBytes() {
        return tensors.stream().mapToLong(GgufTensor::bytes).sum();
    }

    /// {@return the number of values of all tensors of this file: the model's parameters}
    public long parameterCount() {
        return tensors.stream().mapToLong(GgufTensor::elements).sum();
    }

    /// {@return which part of a split model this is; empty for a model in one file}
    public Optional<GgufSplit> split() {
        long count = integer("split.count").orElse(0);
        long number = integer("split.no").orElse(-1);
        long all = integer("split.tensors.count").orElse(0);
        boolean sensible = count > 1 && count <= 1 << 16 && number >= 0 && number < count && all >= 0;
        return sensible ? Optional.of(new GgufSplit((int) number, (int) count, all)) : Optional.empty();
    }

    /// {@return the model's chat template, a Jinja program}
    public Optional<String> chatTemplate() {
        return string("tokenizer.chat_template");
    }

    /// {@return the file, architecture, mix and sizes in one line}
    @Override
    public String toString() {
        return "%s: %s %s, %d keys, %d tensors, %s bytes"
                .formatted(
                        path.getFileName(),
                        architecture().orElse("unknown architecture"),
                        fileType().orElse("without tensors"),
                        metadata.size(),
                        tensors.size(),
                        GgufException.count(bytes));
    }
}
