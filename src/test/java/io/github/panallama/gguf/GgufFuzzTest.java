package io.github.panallama.gguf;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// Any bytes as a model file: refused with an [IOException], or everything that it says can be asked for.
class GgufFuzzTest {
    private static Path file = Path.of("");

    @BeforeAll
    static void create() throws IOException {
        file = Files.createTempFile("fuzz", ".gguf");
    }

    @AfterAll
    static void delete() throws IOException {
        Files.deleteIfExists(file);
    }

    @FuzzTest
    void read(byte[] bytes) throws IOException {
        Files.write(file, bytes);
        GgufFile read;
        try {
            read = GgufFile.read(file);
        } catch (IOException refused) {
            return;
        }
        ask(read);
    }

    private static void ask(GgufFile file) {
        assertNotNull(file + " " + file.metadata() + file.tensors() + file.split() + file.fileType());
        assertNotNull(file.chatTemplate());
        file.tensors().forEach(tensor -> assertNotNull(tensor.typeName()));
        assertTrue(file.tensorBytes() >= 0 && file.tensorBytes() <= file.bytes(), () -> "bytes " + file.tensorBytes());
        assertTrue(file.parameterCount() >= 0, () -> "parameters " + file.parameterCount());
        for (var key : file.metadata().keySet()) {
            file.array(key).ifPresent(GgufFuzzTest::ask);
            assertNotNull(file.number(key));
        }
    }

    private static void ask(GgufArray array) {
        for (int i = 0; i < array.size(); i++) {
            assertNotNull(array.get(i).toString());
        }
    }
}
