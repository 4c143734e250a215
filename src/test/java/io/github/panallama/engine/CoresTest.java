package io.github.panallama.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CoresTest {
    @Test
    void siblingsAreOneCore(@TempDir Path cpus) throws IOException {
        for (int i = 0; i < 4; i++) {
            var topology = Files.createDirectories(cpus.resolve("cpu" + i + "/topology"));
            Files.writeString(topology.resolve("thread_siblings_list"), i % 2 == 0 ? "0,2\n" : "1,3\n");
        }
        Files.createDirectories(cpus.resolve("cpufreq"));
        assertEquals(2, Cores.physical(cpus));
    }

    @Test
    void withoutTheFolderEveryProcessorCounts(@TempDir Path nothing) {
        assertEquals(Runtime.getRuntime().availableProcessors(), Cores.physical(nothing.resolve("none")));
    }

    @Test
    void theDefaultStaysWithinTheProcess() {
        int threads = Cores.threads(0);
        assertTrue(threads >= 1 && threads <= Runtime.getRuntime().availableProcessors());
        assertEquals(7, Cores.threads(7));
    }
}
