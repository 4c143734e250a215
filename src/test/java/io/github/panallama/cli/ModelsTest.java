package io.github.panallama.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.error.ModelLoadException;
import io.github.panallama.store.DownloadException;
import io.github.panallama.store.DownloadOptions;
import io.github.panallama.store.Manifest;
import io.github.panallama.store.ModelRef;
import io.github.panallama.store.ModelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelsTest {
    @TempDir
    Path folder = Path.of("set by JUnit");

    private final TestConsole console = new TestConsole();
    private ModelStore store = ModelStore.at(folder);
    private Models models = new Models(console.console(), store);

    @BeforeEach
    void openStore() {
        store = ModelStore.at(folder).withOptions(DownloadOptions.DEFAULT.withOffline(true));
        models = new Models(console.console(), store);
    }

    @Test
    void aFileIsTakenWhereItIs() throws IOException {
        var file = Files.createFile(folder.resolve("my.gguf"));
        var found = models.pull(ModelRef.parse(file.toString()), false);
        assertEquals(file, found.file());
        assertEquals("", console.err());
    }

    @Test
    void aFileThatIsNotThere() {
        var ref = ModelRef.parse(folder.resolve("no.gguf").toString());
        assertThrows(ModelLoadException.class, () -> models.pull(ref, false));
        assertThrows(ModelLoadException.class, () -> models.find(ref));
    }

    @Test
    void whatWasPulledIsFoundByItsReference() throws IOException {
        var file = folder.resolve("models/hf/owner/repo/m.gguf");
        Files.createDirectories(file.getParent());
        Files.createFile(file);
        var found = models.find(ModelRef.parse("hf:owner/repo/m.gguf"));
        assertEquals(new Models.Found("hf:owner/repo/m.gguf", file), found);
    }

    @Test
    void offlineNothingIsPulled() {
        var ref = new ModelRef.Named(Manifest.shipped().defaultName());
        var refused = assertThrows(DownloadException.class, () -> models.pull(ref, false));
        assertEquals(DownloadException.Reason.OFFLINE, refused.reason());
        assertEquals("", console.err());
    }

    @Test
    void aListShowsWhatCouldBePulled() throws IOException {
        var listed = ListCommand.Models.of("x", store.list(), Manifest.shipped());
        assertTrue(listed.models().stream()
                .anyMatch(m -> m.name().equals(Manifest.shipped().defaultName())
                        && m.state().equals("not pulled")));
    }
}
