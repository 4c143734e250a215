package io.github.panallama.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.panallama.error.ModelLoadException;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;

/// Any text as the name of a model, as a manifest, and as the name of a file from the hub.
class StoreFuzzTest {
    @FuzzTest
    void read(byte[] bytes) {
        reference(new String(bytes, UTF_8));
        manifest(bytes);
        if (Names.isPlain(new String(bytes, UTF_8))) {
            var folder = Path.of("/store");
            assertTrue(folder.resolve(new String(bytes, UTF_8)).normalize().startsWith(folder));
        }
    }

    private static void reference(String text) {
        ModelRef ref;
        try {
            ref = ModelRef.parse(text);
        } catch (IllegalArgumentException | ModelLoadException refused) {
            return;
        }
        assertEquals(ref, ModelRef.parse(ref.toString()));
    }

    private static void manifest(byte[] json) {
        Manifest read;
        try {
            read = ManifestReader.read(new ByteArrayInputStream(json));
        } catch (IllegalArgumentException | JacksonException refused) {
            return;
        }
        assertTrue(read.find(read.defaultModel().name()).isPresent());
    }
}
