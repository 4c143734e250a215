package io.github.panallama.store;

import java.nio.file.Path;

/// Where things lie: `models/NAME/FILE` and `models/hf/OWNER/REPO/FILE` below the store's folder, and the locks of
/// running downloads in `locks`, in the same order.
///
/// @param root the store's folder
record StoreLayout(Path root) {
    private static final String HUB = "hf";

    StoreLayout {
        root = root.toAbsolutePath().normalize();
    }

    /// `$PANALLAMA_HOME`, else `$XDG_CACHE_HOME/panallama`, else the platform's place for caches.
    static StoreLayout of(Environment environment) {
        var own = environment.get("PANALLAMA_HOME");
        if (own.isPresent()) {
            return new StoreLayout(Path.of(own.get()));
        }
        // the XDG specification says to ignore a relative one
        var cache = environment.get("XDG_CACHE_HOME").map(Path::of).filter(Path::isAbsolute);
        return new StoreLayout(cache.orElseGet(() -> platform(environment)).resolve("panallama"));
    }

    private static Path platform(Environment environment) {
        if (environment.isMac()) {
            return environment.home().resolve("Library/Caches");
        }
        if (environment.isWindows()) {
            return environment
                    .get("LOCALAPPDATA")
                    .map(Path::of)
                    .orElse(environment.home().resolve("AppData/Local"));
        }
        return environment.home().resolve(".cache");
    }

    Path models() {
        return root.resolve("models");
    }

    Path temporary() {
        return root.resolve("tmp");
    }

    Path named(Manifest.Model model) {
        return models().resolve(model.name()).resolve(model.file());
    }

    Path repo(String owner, String repo) {
        return models().resolve(HUB).resolve(owner).resolve(repo);
    }

    Path hubFile(String owner, String repo, String file) {
        var folder = repo(owner, repo);
        var path = folder.resolve(file).normalize();
        // the names are checked where they are made; this is what must hold whatever they are
        if (!path.startsWith(folder)) {
            throw new IllegalArgumentException("'" + file + "' is refused: it leaves the store");
        }
        return path;
    }

    Path lock(Path file) {
        var relative = models().relativize(file);
        return root.resolve("locks").resolve(relative.resolveSibling(relative.getFileName() + ".lock"));
    }

    /// How to ask for a file of the store: the manifest's name, or the hub reference.
    String reference(Path file) {
        var relative = models().relativize(file);
        return relative.startsWith(HUB)
                ? "hf:"
                        + relative.subpath(1, relative.getNameCount())
                                .toString()
                                .replace('\\', '/')
                : relative.getName(0).toString();
    }
}
