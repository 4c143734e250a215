package io.github.panallama.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StoreLayoutTest {
    private static final Path HOME = Path.of("/home/u");

    private static Path root(String os, Map<String, String> variables) {
        return StoreLayout.of(new Environment(variables, os, HOME)).root();
    }

    @Test
    void theFolderIsTheFirstThatIsNamed() {
        assertEquals(Path.of("/own"), root("Linux", Map.of("PANALLAMA_HOME", "/own", "XDG_CACHE_HOME", "/cache")));
        assertEquals(Path.of("/cache/panallama"), root("Linux", Map.of("XDG_CACHE_HOME", "/cache")));
        assertEquals(HOME.resolve(".cache/panallama"), root("Linux", Map.of("XDG_CACHE_HOME", "relative")));
        assertEquals(HOME.resolve(".cache/panallama"), root("Linux", Map.of("PANALLAMA_HOME", " ")));
        assertEquals(HOME.resolve("Library/Caches/panallama"), root("Mac OS X", Map.of()));
        assertEquals(Path.of("/local/panallama"), root("Windows 11", Map.of("LOCALAPPDATA", "/local")));
    }

    @Test
    void aFileSaysHowToAskForIt() {
        var layout = new StoreLayout(Path.of("/s"));
        var file = layout.hubFile("o", "r", "sub/m.gguf");
        assertEquals(Path.of("/s/models/hf/o/r/sub/m.gguf"), file);
        assertEquals("hf:o/r/sub/m.gguf", layout.reference(file));
        assertEquals(Path.of("/s/locks/hf/o/r/sub/m.gguf.lock"), layout.lock(file));
        assertThrows(IllegalArgumentException.class, () -> layout.hubFile("o", "r", "../../../x.gguf"));
    }

    @Test
    void noVariableIsPrinted() {
        var environment = new Environment(Map.of("HF_TOKEN", "secret"), "Linux", HOME);
        assertFalse(environment.toString().contains("secret"));
    }
}
