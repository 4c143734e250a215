package io.github.panallama.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreeMemoryTest {
    private static void write(Path root, String file, String text) throws IOException {
        var path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    @Test
    void theMachineOrTheContainer(@TempDir Path root) throws IOException {
        assertEquals(Long.MAX_VALUE, FreeMemory.bytes(root));
        write(root, "proc/meminfo", "MemTotal:  99 kB\nMemAvailable:   40 kB\n");
        assertEquals(40 * 1024, FreeMemory.bytes(root));
        write(root, "sys/fs/cgroup/memory.max", "max\n");
        write(root, "sys/fs/cgroup/memory.current", "9000\n");
        write(root, "sys/fs/cgroup/memory.stat", "anon 5\ninactive_file 500\n");
        assertEquals(40 * 1024, FreeMemory.bytes(root));
        write(root, "sys/fs/cgroup/memory.max", "10000\n");
        assertEquals(1500, FreeMemory.bytes(root));
    }

    @Test
    void theFirstVersionOfControlGroups(@TempDir Path root) throws IOException {
        write(root, "sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        write(root, "sys/fs/cgroup/memory/memory.usage_in_bytes", "100\n");
        assertEquals(Long.MAX_VALUE, FreeMemory.bytes(root), "no limit");
        write(root, "sys/fs/cgroup/memory/memory.limit_in_bytes", "1000\n");
        assertEquals(900, FreeMemory.bytes(root));
        write(root, "sys/fs/cgroup/memory/memory.usage_in_bytes", "2000\n");
        assertEquals(0, FreeMemory.bytes(root));
    }

    @Test
    void theGroupsThatAProcessIsInAndThoseAbove(@TempDir Path root) throws IOException {
        write(root, "proc/self/cgroup", "0::/service.slice/app.scope\n");
        write(root, "sys/fs/cgroup/service.slice/memory.max", "5000\n");
        write(root, "sys/fs/cgroup/service.slice/memory.current", "1000\n");
        write(root, "sys/fs/cgroup/service.slice/app.scope/memory.max", "max\n");
        write(root, "sys/fs/cgroup/service.slice/app.scope/memory.current", "900\n");
        assertEquals(4000, FreeMemory.bytes(root), "what the group above allows");
        write(root, "sys/fs/cgroup/service.slice/app.scope/memory.max", "1200\n");
        assertEquals(300, FreeMemory.groups(root));
        write(root, "proc/self/cgroup", "0::/../..\n");
        assertEquals(Long.MAX_VALUE, FreeMemory.groups(root), "as a container sees the groups outside it");
        write(root, "proc/self/cgroup", "5:cpu,cpuacct:/x\n4:memory:/docker/ab\n0::/\n");
        write(root, "sys/fs/cgroup/memory/docker/ab/memory.limit_in_bytes", "700\n");
        write(root, "sys/fs/cgroup/memory/docker/ab/memory.usage_in_bytes", "100\n");
        assertEquals(600, FreeMemory.groups(root));
    }

    @Test
    void swapCounts(@TempDir Path root) throws IOException {
        write(root, "proc/meminfo", "MemAvailable:   40 kB\nSwapFree:  10 kB\n");
        assertEquals(50 * 1024, FreeMemory.bytes(root));
    }

    @Test
    void here() {
        assertTrue(FreeMemory.bytes() > 0);
    }
}
