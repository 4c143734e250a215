package io.github.panallama.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// How much memory can be had without swapping, and without being killed for it in a container.
final class Memory {
    private Memory() {}

    /// {@return the number of bytes; `Long.MAX_VALUE` where the system does not say}
    static long available() {
        return available(Path.of("/"));
    }

    /// @param root of the file system
    static long available(Path root) {
        var groups = root.resolve("sys/fs/cgroup");
        long left = left(groups, "memory.max", "memory.current");
        long leftByVersion1 = left(groups.resolve("memory"), "memory.limit_in_bytes", "memory.usage_in_bytes");
        long kilobytes = number(root.resolve("proc/meminfo"), "MemAvailable:");
        return Math.min(kilobytes == Long.MAX_VALUE ? kilobytes : kilobytes * 1024, Math.min(left, leftByVersion1));
    }

    /// What a control group may still take; files that nobody uses make room.
    private static long left(Path group, String limit, String usage) {
        long most = number(group.resolve(limit), "");
        long used = number(group.resolve(usage), "");
        if (most == Long.MAX_VALUE || used == Long.MAX_VALUE) {
            return Long.MAX_VALUE;
        }
        long files = number(group.resolve("memory.stat"), "inactive_file ");
        return Math.max(most - used + (files == Long.MAX_VALUE ? 0 : files), 0);
    }

    /// The number in the first line that begins so.
    private static long number(Path file, String beginning) {
        return lines(file).stream()
                .filter(line -> line.startsWith(beginning))
                .map(line -> line.substring(beginning.length()).replaceAll("\\D", ""))
                .filter(digits -> !digits.isEmpty() && digits.length() < 19) // "max", or as good as that
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(Long.MAX_VALUE);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) { // not this system
            return List.of();
        }
    }
}
