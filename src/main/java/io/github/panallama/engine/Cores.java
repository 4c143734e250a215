package io.github.panallama.engine;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;

/// How many threads are worth while: one per physical core, within what this process may use.
final class Cores {
    private static final Path CPUS = Path.of("/sys/devices/system/cpu");

    private Cores() {}

    /// {@return the number of threads}
    ///
    /// @param requested 0 = as many as are worth while
    static int threads(int requested) {
        return requested > 0 ? requested : Physical.COUNT;
    }

    /// Read once: the hardware does not change.
    private static final class Physical {
        static final int COUNT =
                Math.clamp(physical(CPUS), 1, Runtime.getRuntime().availableProcessors());
    }

    /// {@return the number of physical cores; of logical ones where the system does not say}
    static int physical(Path cpus) {
        var cores = new HashSet<String>();
        try (var folders = Files.newDirectoryStream(cpus, "cpu[0-9]*")) {
            for (var folder : folders) {
                var siblings = folder.resolve("topology/thread_siblings_list");
                if (Files.isReadable(siblings)) {
                    cores.add(Files.readString(siblings).strip());
                }
            }
        } catch (IOException | DirectoryIteratorException e) { // no such folder on this system
            cores.clear();
        }
        return cores.isEmpty() ? Runtime.getRuntime().availableProcessors() : cores.size();
    }
}
