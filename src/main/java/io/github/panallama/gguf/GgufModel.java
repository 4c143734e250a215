package io.github.panallama.gguf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// All files of a model: one, or the parts of a split one.
///
/// @param parts in their order; the first has the metadata
public record GgufModel(List<GgufFile> parts) {
    private static final String PART = "-\\d{5}-of-(\\d{5})\\.gguf$";

    /// Copies.
    public GgufModel {
        parts = List.copyOf(parts);
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("a model has at least one file");
        }
    }

    /// Reads the headers of all files.
    ///
    /// @param path the model's file, of a split one the first
    /// @return the model
    /// @throws GgufException if one of them is missing, no GGUF file, or damaged
    /// @throws IOException if one cannot be read
    public static GgufModel read(Path path) throws IOException {
        var first = GgufFile.read(path);
        var parts = new ArrayList<>(List.of(first));
        var split = first.split();
        if (split.isPresent()) {
            var name = String.valueOf(path.getFileName());
            int count = split.get().count();
            if (split.get().number() != 0 || !name.matches(".*" + PART)) {
                throw GgufException.of(
                        path,
                        "this is part %d of a model in %d files; name the first one, …-00001-of-%05d.gguf"
                                .formatted(split.get().number() + 1, count, count));
            }
            for (int i = 2; i <= count; i++) {
                parts.add(part(path, name.replaceFirst(PART, String.format(Locale.ROOT, "-%05d-of-$1.gguf", i))));
            }
        }
        return new GgufModel(parts);
    }

    private static GgufFile part(Path first, String name) throws IOException {
        var path = first.resolveSibling(name);
        if (!Files.isRegularFile(path)) {
            throw GgufException.of(first, "this is one of several files, and %s is missing beside it".formatted(name));
        }
        return GgufFile.read(path);
    }

    /// Refuses what llama.cpp would refuse with an abort, or not at all: sizes that no model has, values of another
    /// type than expected, tokens that are there twice, formats that are none of weights.
    ///
    /// @throws GgufException if there is such a thing
    public void check() throws GgufException {
        new ModelRules(first()).check();
        new VocabularyRules(first()).check();
        for (var part : parts) {
            new TensorRules(part).check();
        }
    }

    /// {@return the file that has the metadata}
    public GgufFile first() {
        return parts.getFirst();
    }

    /// {@return the bytes of all files}
    public long bytes() {
        return parts.stream().mapToLong(GgufFile::bytes).sum();
    }

    /// {@return the bytes of all tensors}
    public long tensorBytes() {
        return parts.stream().mapToLong(GgufFile::tensorBytes).sum();
    }

    /// {@return the number of tensors}
    public long tensorCount() {
        return parts.stream().mapToLong(part -> part.tensors().size()).sum();
    }

    /// {@return the number of values of all tensors: the model's parameters}
    public long parameterCount() {
        return parts.stream().mapToLong(GgufFile::parameterCount).sum();
    }
}
