package io.github.panallama.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.http.wire.Json;
import io.github.panallama.store.ModelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiagnosisTest {
    private static final String PROPERTY = "panallama.library.path";

    @TempDir
    Path folder = Path.of("set by JUnit");

    @Test
    void aMissingLibraryIsSaidWithTheWayOut() {
        var before = System.getProperty(PROPERTY);
        System.setProperty(PROPERTY, folder.toString());
        try {
            var diagnosis = Diagnosis.make(ModelStore.at(folder.resolve("store")), Machine.of(folder));
            assertFalse(diagnosis.ok());
            assertFalse(diagnosis.nativeLibrary().loaded());
            assertTrue(diagnosis.problems().getFirst().contains("scripts/native.sh"), diagnosis.toString());
            var report = DoctorCommand.report(diagnosis);
            assertTrue(report.contains("NOT LOADED") && report.endsWith("no model can be run"), report);
            assertTrue(Json.write(diagnosis).contains("\"native_library\""));
        } finally {
            if (before == null) {
                System.clearProperty(PROPERTY);
            } else {
                System.setProperty(PROPERTY, before);
            }
        }
    }

    @Test
    void aLinuxMachine() throws IOException {
        write(
                "proc/cpuinfo",
                "processor : 0\nmodel name\t: Some CPU 9\nflags\t\t: fpu avx2 fma amx_int8\n\nprocessor : 1\n");
        write("proc/meminfo", "MemTotal:       1000 kB\nMemFree: 1 kB\nMemAvailable:    500 kB\n");
        write("sys/fs/cgroup/memory.max", "400000\n");
        var machine = Machine.of(folder);
        assertEquals("Some CPU 9", machine.cpu());
        assertEquals(List.of("avx2", "fma", "amx_int8"), machine.features());
        assertEquals(OptionalLong.of(1024000), machine.memoryTotal());
        assertEquals(OptionalLong.of(512000), machine.memoryAvailable());
        assertEquals(OptionalLong.of(400000), machine.memoryLimit());
    }

    @Test
    void anUnlimitedGroup() throws IOException {
        write("sys/fs/cgroup/memory.max", "max\n");
        assertEquals(OptionalLong.empty(), Machine.of(folder).memoryLimit());
    }

    private void write(String file, String text) throws IOException {
        var path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
