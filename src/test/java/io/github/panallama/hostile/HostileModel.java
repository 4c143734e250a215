package io.github.panallama.hostile;

import io.github.panallama.fixture.GgufWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/// A file that is no good model, or not quite.
///
/// Its bytes are made when they are needed and the file is gone after its case: there are thousands, and together they
/// would fill a disk.
///
/// @param name what is wrong with it; the name of its test
/// @param bytes makes its content
record HostileModel(String name, Supplier<byte[]> bytes) {
    /// A well-formed file with bad content.
    static HostileModel of(String name, Supplier<GgufWriter> content) {
        return new HostileModel(name, () -> content.get().toByteArray());
    }

    Path write(Path folder) throws IOException {
        return Files.write(folder.resolve("hostile.gguf"), bytes.get());
    }

    @Override
    public String toString() {
        return name;
    }
}
