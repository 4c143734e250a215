package io.github.panallama.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// How much memory can be had without being killed for it: by the system, or by the control groups that a container
/// has.
public final class FreeMemory {
    private FreeMemory() {}

    /// {@return the number of bytes; `Long.MAX_VALUE` where the system does not say}
    public static long bytes() {
        return bytes(Path.of("/"));
    }

    /// {@return the number of bytes}
    ///
    /// @param root of the file system
    public static long bytes(Path root) {
        return Math.min(system(root), groups(root));
    }

    /// {@return the bytes that the control groups of this process still allow; `Long.MAX_VALUE` where none limits it}
    ///
    /// @param root of the file system
    public static long groups(Path root) {
        var mounted = root.resolve("sys/fs/cgroup");
        return Math.min(
                above(mounted, place(root, "0::"), "memory.max", "memory.current"),
                above(
                        mounted.resolve("memory"),
                        place(root, ":memory:"),
                        "memory.limit_in_bytes",
                        "memory.usage_in_bytes"));
    }

    /// What is free, what files take that nobody uses, and swap.
    private static long system(Path root) {
        var meminfo = root.resolve("proc/meminfo");
        long kilobytes = number(meminfo, "MemAvailable:");
        long swap = number(meminfo, "SwapFree:");
        return kilobytes == Long.MAX_VALUE ? kilobytes : (kilobytes + (swap == Long.MAX_VALUE ? 0 : swap)) * 1024;
    }

    /// Where the process is among the groups, from the root of what is mounted; inside a container that is the root
    /// itself.
    private static String place(Path root, String beginning) {
        return lines(root.resolve("proc/self/cgroup")).stream()
                .filter(line -> line.contains(beginning))
                .map(line -> line.substring(line.indexOf(beginning) + beginning.length()))
                .findFirst()
                .orElse("/");
    }

    /// What a group may still take is the least that it and those above it may.
    private static long above(Path mounted, String place, String limit, String usage) {
        long left = left(mounted, limit, usage);
        var group = mounted;
        for (var name : place.split("/", -1)) {
            if (!name.isEmpty() && !name.equals("..")) {
                group = group.resolve(name);
                left = Math.min(left, left(group, limit, usage));
            }
        }
        return left;
    }

    /// What one group may still take; files that nobody uses make room.
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
        for (var line : lines(file)) {
            if (line.startsWith(beginning)) {
                var digits = line.substring(beginning.length()).replaceAll("\\D", "");
                if (!digits.isEmpty() && digits.length() < 19) { // else "max", or as good as that
                    return Long.parseLong(digits);
                }
            }
        }
        return Long.MAX_VALUE;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) { // not this system
            return List.of();
        }
    }
}
