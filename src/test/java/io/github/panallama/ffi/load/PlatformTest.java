package io.github.panallama.ffi.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PlatformTest {
    @Test
    void fileNames() {
        assertEquals("libpanallama.so", Platform.of("Linux").fileName("panallama"));
        assertEquals("libpanallama.dylib", Platform.of("Mac OS X").fileName("panallama"));
        assertEquals("panallama.dll", Platform.of("Windows 11").fileName("panallama"));
    }

    @Test
    void backendModulesAreThoseThatKeepGgmlsName() {
        var linux = Platform.of("Linux");
        assertTrue(linux.isBackendModule("libggml-cpu-haswell.so"));
        assertTrue(linux.isBackendModule("libggml-cuda.so"));
        assertFalse(linux.isBackendModule("libpan-ggml-cpu.so"));
        assertFalse(linux.isBackendModule("libggml-cpu-haswell.so.part"));
        assertTrue(Platform.of("Windows 11").isBackendModule("ggml-cpu-x64.dll"));
    }
}
