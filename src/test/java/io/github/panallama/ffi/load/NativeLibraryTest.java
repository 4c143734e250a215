package io.github.panallama.ffi.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.error.NativeLibraryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibraryTest {
    @Test
    void thePropertyWinsOverTheVariable(@TempDir Path a, @TempDir Path b) throws IOException {
        var name = Platform.current().fileName("panallama");
        Files.createFile(a.resolve(name));
        Files.createFile(b.resolve(name));
        assertEquals(a, NativeLibrary.find(a.toString(), b.toString()));
        assertEquals(b, NativeLibrary.find(null, b.toString()));
    }

    @Test
    void nothingElseIsSearched() {
        var e = assertThrows(NativeLibraryException.class, () -> NativeLibrary.find(null, null));
        assertTrue(String.valueOf(e.getMessage()).contains("-Dpanallama.library.path"), e.getMessage());
        assertTrue(String.valueOf(e.getMessage()).contains("scripts/native.sh"), e.getMessage());
    }

    @Test
    void anEmptyFolderIsNamed(@TempDir Path empty) {
        var e = assertThrows(NativeLibraryException.class, () -> NativeLibrary.find(null, empty.toString()));
        assertTrue(String.valueOf(e.getMessage()).contains(empty.toString()), e.getMessage());
        assertTrue(String.valueOf(e.getMessage()).contains("PANALLAMA_LIBRARY_PATH"), e.getMessage());
    }
}
