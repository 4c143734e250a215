package io.github.panallama.store;

import static java.util.Objects.requireNonNull;

import io.github.panallama.error.ModelLoadException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/// Which model. Its `toString` is the form that [#parse] reads.
public sealed interface ModelRef {
    /// A file on this machine.
    ///
    /// @param path the `.gguf` file; of a split model the first one
    record Local(Path path) implements ModelRef {
        /// Checks the path.
        public Local {
            requireNonNull(path, "path");
        }

        /// {@return the path}
        @Override
        public String toString() {
            return path.toString();
        }
    }

    /// A model that the [Manifest] names.
    ///
    /// @param name the name, for example `smollm2`
    record Named(String name) implements ModelRef {
        /// Checks the name's form.
        public Named {
            Names.model(name);
        }

        /// {@return the name}
        @Override
        public String toString() {
            return name;
        }
    }

    /// One file of a repository of the Hugging Face hub; of a split model any of its files stands for all.
    ///
    /// @param owner whose repository
    /// @param repo its name
    /// @param file the file's path in it, ending in `.gguf`
    record HubFile(String owner, String repo, String file) implements ModelRef {
        /// Checks that the names are plain ones.
        public HubFile {
            Names.hubPart("owner", owner);
            Names.hubPart("repository", repo);
            Names.file(file);
        }

        /// {@return `hf:OWNER/REPO/FILE.gguf`}
        @Override
        public String toString() {
            return "hf:" + owner + "/" + repo + "/" + file;
        }
    }

    /// A repository of the Hugging Face hub, of which one quantisation is meant.
    ///
    /// @param owner whose repository
    /// @param repo its name
    /// @param quant which quantisation, for example `Q4_K_M`; empty for the best known of Q4_K_M, Q4_0 and
    ///     Q8_0, else the only file
    record HubRepo(String owner, String repo, Optional<String> quant) implements ModelRef {
        /// Checks that the names are plain ones.
        public HubRepo {
            Names.hubPart("owner", owner);
            Names.hubPart("repository", repo);
            quant.ifPresent(q -> Names.hubPart("quantisation", q));
        }

        /// {@return `hf:OWNER/REPO` or `hf:OWNER/REPO:QUANT`}
        @Override
        public String toString() {
            return "hf:" + owner + "/" + repo + quant.map(q -> ":" + q).orElse("");
        }
    }

    /// Reads a reference: a name from the manifest, `hf:OWNER/REPO`, `hf:OWNER/REPO:QUANT`, `hf:OWNER/REPO/FILE.gguf`,
    /// or a path.
    ///
    /// @param text the reference
    /// @return what it refers to; that it exists is not checked
    /// @throws IllegalArgumentException if it is malformed
    /// @throws ModelLoadException if it is a single word that is neither in the manifest nor a file
    static ModelRef parse(String text) {
        var trimmed = text.strip();
        var lower = trimmed.toLowerCase(Locale.ROOT);
        if (trimmed.isEmpty()) {
            throw new IllegalArgumentException("no model given: use a name, a .gguf file or hf:OWNER/REPO:QUANT");
        }
        if (lower.startsWith("hf:")) {
            return hub(trimmed.substring(3));
        }
        if (lower.startsWith("https://") || lower.startsWith("http://")) {
            throw new IllegalArgumentException(
                    "a web address is no model: for a file of the Hugging Face hub write hf:OWNER/REPO/FILE.gguf");
        }
        Path path;
        try {
            path = Path.of(trimmed);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("'" + trimmed + "' is no path: " + e.getReason(), e);
        }
        if (!path.toString().equals(path.toString().strip())) { // it would be another path when it is read again
            throw new IllegalArgumentException("'" + trimmed + "' is no model: a name ends with white space");
        }
        if (path.getNameCount() > 1 || path.isAbsolute() || Names.isGguf(trimmed)) { // no name: without the manifest
            return new Local(path);
        }
        var manifest = Manifest.shipped();
        if (manifest.find(lower).isPresent()) {
            return new Named(lower);
        }
        if (!Files.exists(path)) {
            var near = Names.didYouMean(trimmed, manifest.names());
            throw new ModelLoadException("there is no model '%s'%s; known names: %s; or give a .gguf file or"
                            .formatted(trimmed, near.isEmpty() ? "" : ": " + near, Names.list(manifest.names()))
                    + " hf:OWNER/REPO:QUANT");
        }
        return new Local(path);
    }

    private static ModelRef hub(String text) {
        var parts = text.split("/", 3);
        if (parts.length < 2) {
            throw new IllegalArgumentException("'hf:" + text
                    + "' has no repository: write hf:OWNER/REPO, hf:OWNER/REPO:QUANT or" + " hf:OWNER/REPO/FILE.gguf");
        }
        if (parts.length == 3) {
            return new HubFile(parts[0], parts[1], parts[2]);
        }
        int colon = parts[1].indexOf(':');
        return colon < 0
                ? new HubRepo(parts[0], parts[1], Optional.empty())
                : new HubRepo(parts[0], parts[1].substring(0, colon), Optional.of(parts[1].substring(colon + 1)));
    }
}
