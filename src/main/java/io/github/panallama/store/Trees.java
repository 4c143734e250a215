package io.github.panallama.store;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/// Folders with what is in them.
final class Trees {
    private Trees() {}

    /// The folder of a file of the store, which always has one.
    static Path folder(Path file) {
        return requireNonNull(file.getParent(), "a file of the store lies in a folder");
    }

    /// All plain files below a folder, sorted; none if there is no such folder.
    static List<Path> files(Path folder) throws IOException {
        try (var walk = Files.walk(folder)) {
            return walk.filter(Files::isRegularFile).sorted().toList();
        } catch (NoSuchFileException _) {
            return List.of();
        }
    }

    static void delete(Path folder) throws IOException {
        try (var walk = Files.walk(folder)) {
            for (var path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    /// Removes a folder and those above it as long as they are empty, up to one that stays.
    static void deleteEmpty(Path folder, Path stays) throws IOException {
        try {
            for (var f = folder; f.startsWith(stays) && !f.equals(stays); f = folder(f)) {
                Files.deleteIfExists(f);
            }
        } catch (DirectoryNotEmptyException _) {
            // something else is in it
        }
    }
}
