package io.github.panallama.store;

import java.nio.file.Path;
import java.util.List;

/// A model of the store, whole or in part.
///
/// @param name how to ask for it: [ModelRef#parse] reads it
/// @param path its file, of a split model the first
/// @param files the files that are there; for a download that was interrupted the part that arrived
/// @param bytes the bytes of these files
/// @param complete whether it is all there
public record StoredModel(String name, Path path, List<Path> files, long bytes, boolean complete) {
    /// Copies the list.
    public StoredModel {
        files = List.copyOf(files);
    }
}
