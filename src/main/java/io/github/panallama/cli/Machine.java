package io.github.panallama.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/// What the system says about itself, where it is Linux; elsewhere the architecture alone.
///
/// @param cpu the processor's name
/// @param features those that llama.cpp has code for
/// @param processors that this process may use
/// @param memoryTotal bytes
/// @param memoryAvailable bytes that can be had without swapping
/// @param memoryLimit bytes that the control group allows
record Machine(
        String cpu,
        List<String> features,
        int processors,
        OptionalLong memoryTotal,
        OptionalLong memoryAvailable,
        OptionalLong memoryLimit) {
    private static final Set<String> USED = Set.of(
            "sse4_2",
            "avx",
            "avx2",
            "fma",
            "f16c",
            "bmi2",
            "avx_vnni",
            "avx512f",
            "avx512bw",
            "avx512vl",
            "avx512vbmi",
            "avx512_vnni",
            "avx512_bf16",
            "avx512_fp16",
            "amx_tile",
            "amx_int8",
            "amx_bf16",
            "asimd",
            "asimddp",
            "asimdhp",
            "i8mm",
            "bf16",
            "sve",
            "sve2",
            "sme",
            "vsx",
            "rvv");

    static Machine here() {
        return of(Path.of("/"));
    }

    /// @param root of the file system
    static Machine of(Path root) {
        var cpuinfo = lines(root.resolve("proc/cpuinfo"));
        var meminfo = lines(root.resolve("proc/meminfo"));
        return new Machine(
                value(cpuinfo, "model name").orElseGet(() -> System.getProperty("os.arch", "unknown")),
                Stream.of("flags", "Features")
                        .flatMap(key -> value(cpuinfo, key).stream())
                        .flatMap(flags -> Arrays.stream(flags.split(" ")))
                        .filter(USED::contains)
                        .toList(),
                Runtime.getRuntime().availableProcessors(),
                kilobytes(meminfo, "MemTotal"),
                kilobytes(meminfo, "MemAvailable"),
                limit(root));
    }

    /// {@return the most memory in bytes that this process has held at once, what it has mapped of files included}
    static OptionalLong peakMemory() {
        return kilobytes(lines(Path.of("/proc/self/status")), "VmHWM");
    }

    private static OptionalLong limit(Path root) {
        return Stream.of("sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory/memory.limit_in_bytes")
                .flatMap(file -> lines(root.resolve(file)).stream())
                .filter(line -> line.matches("\\d{1,18}"))
                .mapToLong(Long::parseLong)
                .filter(limit -> limit < 1L << 60) // more is the first version's word for none
                .findFirst();
    }

    private static OptionalLong kilobytes(List<String> lines, String key) {
        return value(lines, key).map(v -> v.replaceAll("\\D", "")).filter(v -> !v.isEmpty()).stream()
                .mapToLong(v -> Long.parseLong(v) * 1024)
                .findFirst();
    }

    private static Optional<String> value(List<String> lines, String key) {
        return lines.stream()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) { // not this system
            return List.of();
        }
    }
}
