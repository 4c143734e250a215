package io.github.panallama.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryTest {
    private static void write(Path root, String file, String text) throws IOException {
        var path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    @Test
    void theMachineOrTheContainer(@TempDir Path root) throws IOException {
        assertEquals(Long.MAX_VALUE, Memory.available(root));
        write(root, "proc/meminfo", "MemTotal:  99 kB\nMemAvailable:   40 kB\n");
        assertEquals(40 * 1024, Memory.available(root));
        write(root, "sys/fs/cgroup/memory.max", "max\n");
        write(root, "sys/fs/cgroup/memory.current", "9000\n");
        write(root, "sys/fs/cgroup/memory.stat", "anon 5\ninactive_file 500\n");
        assertEquals(40 * 1024, Memory.available(root));
        write(root, "sys/fs/cgroup/memory.max", "10000\n");
        assertEquals(1500, Memory.available(root));
    }

    @Test
    void theFirstVersionOfControlGroups(@TempDir Path root) throws IOException {
        write(root, "sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        write(root, "sys/fs/cgroup/memory/memory.usage_in_bytes", "100\n");
        assertEquals(Long.MAX_VALUE, Memory.available(root), "no limit");
        write(root, "sys/fs/cgroup/memory/memory.limit_in_bytes", "1000\n");
        assertEquals(900, Memory.available(root));
        write(root, "sys/fs/cgroup/memory/memory.usage_in_bytes", "2000\n");
        assertEquals(0, Memory.available(root));
    }

    @Test
    void here() {
        assertTrue(Memory.available() > 0);
    }
}
