package io.github.panallama.store;

import io.github.panallama.error.ModelLoadException;
import io.github.panallama.store.DownloadException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// The models on this machine, and the way to more. Any number of stores, threads and processes may use one folder at
/// once.
public final class ModelStore {
    private final StoreLayout layout;
    private final Environment environment;
    private final DownloadOptions options;
    private final Supplier<Manifest> manifest; // read when a name is asked for: it takes as long as the rest
    private final Shelf shelf;

    ModelStore(StoreLayout layout, Environment environment, DownloadOptions options, Supplier<Manifest> manifest) {
        this.layout = layout;
        this.environment = environment;
        this.options = options;
        this.manifest = manifest;
        this.shelf = new Shelf(layout, manifest);
    }

    /// Opens the user's store: `$PANALLAMA_HOME`, else `$XDG_CACHE_HOME/panallama`, else `~/.cache/panallama` (macOS
    /// `~/Library/Caches/panallama`, Windows `%LOCALAPPDATA%\panallama`). Nothing is created before a
    /// model is pulled.
    ///
    /// @return the store
    public static ModelStore open() {
        return open(Environment.system());
    }

    /// Opens the store that other surroundings name.
    ///
    /// @param environment in place of this process's own
    /// @return the store
    public static ModelStore open(Environment environment) {
        return new ModelStore(StoreLayout.of(environment), environment, DownloadOptions.DEFAULT, Manifest::shipped);
    }

    /// Opens a store in a folder of its own.
    ///
    /// @param root the folder; it is created when something is pulled
    /// @return the store
    public static ModelStore at(Path root) {
        return new ModelStore(new StoreLayout(root), Environment.system(), DownloadOptions.DEFAULT, Manifest::shipped);
    }

    /// The same store with other options.
    ///
    /// @param options how patient downloads are, and whether the network may be used
    /// @return the changed store
    public ModelStore withOptions(DownloadOptions options) {
        return new ModelStore(layout, environment, options, manifest);
    }

    /// {@return the store's folder}
    public Path root() {
        return layout.root();
    }

    /// {@return whether no network is used: the options say so, or `HF_HUB_OFFLINE`}
    public boolean isOffline() {
        return options.offline() || environment.flag("HF_HUB_OFFLINE");
    }

    /// Finds a model, or downloads it. What is already here is taken as it is; of a split model all files are here when
    /// it returns.
    ///
    /// @param ref which model
    /// @return its file, of a split model the first
    /// @throws ModelLoadException if it is a file that does not exist, or a name that the manifest does not have
    /// @throws DownloadException if it cannot be had
    /// @throws IOException if the thread is interrupted ([java.io.InterruptedIOException]; what arrived is kept)
    ///     or the store cannot be read
    public Path pull(ModelRef ref) throws IOException {
        return pull(ref, Progress.NONE);
    }

    /// As [#pull(ModelRef)], and tells how far it is.
    ///
    /// @param ref which model
    /// @param progress hears how far each file is
    /// @return its file, of a split model the first
    /// @throws ModelLoadException if it is a file that does not exist, or a name that the manifest does not have
    /// @throws DownloadException if it cannot be had
    /// @throws IOException if the thread is interrupted ([java.io.InterruptedIOException]; what arrived is kept)
    ///     or the store cannot be read
    public Path pull(ModelRef ref, Progress progress) throws IOException {
        var here = find(ref);
        if (here.isPresent()) {
            return here.get();
        }
        if (ref instanceof ModelRef.Local(var path)) {
            throw new ModelLoadException("there is no file " + path + "; check the path, or give a model's name: "
                    + Names.list(manifest.get().names()));
        }
        if (isOffline()) {
            throw new DownloadException(
                    Reason.OFFLINE,
                    "'%s' is not in the store %s and the network is off; pull it once with the network on"
                            .formatted(ref, root()));
        }
        var puller = new Puller(layout, environment, options, progress);
        return switch (ref) {
            case ModelRef.Local(var path) -> path;
            case ModelRef.Named(var name) -> puller.named(model(name));
            case ModelRef.HubFile file -> puller.hubFile(file);
            case ModelRef.HubRepo repo -> puller.hubRepo(repo);
        };
    }

    /// Finds a model without any network.
    ///
    /// @param ref which model; for a repository without a quantisation one that was pulled from it
    /// @return its file, of a split model the first; empty if it is not here, or not all of it
    /// @throws ModelLoadException if it is a name that the manifest does not have
    /// @throws IOException if the store cannot be read
    public Optional<Path> find(ModelRef ref) throws IOException {
        return switch (ref) {
            case ModelRef.Local(var path) -> Files.isRegularFile(path) ? Optional.of(path) : Optional.empty();
            case ModelRef.Named(var name) -> shelf.named(model(name));
            case ModelRef.HubFile file -> shelf.hubFile(file);
            case ModelRef.HubRepo repo -> shelf.hubRepo(repo);
        };
    }

    /// {@return what is in the store, downloads that were interrupted included}
    /// @throws IOException if the store cannot be read
    public List<StoredModel> list() throws IOException {
        return shelf.list();
    }

    /// Removes a model from the store, all files of a split one, and what an interrupted download left. A repository
    /// without a quantisation means everything that was pulled from it.
    ///
    /// @param ref which model
    /// @return the files that were removed; none if it was not here
    /// @throws IllegalArgumentException if it is a file outside the store
    /// @throws IOException if the store cannot be changed
    public List<Path> remove(ModelRef ref) throws IOException {
        if (ref instanceof ModelRef.Local(var path)
                && !path.toAbsolutePath().normalize().startsWith(layout.models())) {
            throw new IllegalArgumentException(
                    path + " is not in the store; only its models are removed here, delete the file yourself");
        }
        return shelf.remove(list().stream().filter(m -> isMeant(ref, m)).toList());
    }

    private boolean isMeant(ModelRef ref, StoredModel stored) {
        var path = stored.path();
        return switch (ref) {
            case ModelRef.Local(var file) ->
                stored.files().contains(file.toAbsolutePath().normalize());
            case ModelRef.Named(var name) -> path.equals(layout.named(model(name)));
            case ModelRef.HubFile(var owner, var repo, var file) ->
                path.equals(layout.hubFile(owner, repo, SplitName.first(file)));
            case ModelRef.HubRepo(var owner, var repo, var quant) -> {
                var folder = layout.repo(owner, repo);
                yield path.startsWith(folder)
                        && (quant.isEmpty()
                                || Quants.choose(List.of(folder.relativize(path).toString()), quant)
                                        .isPresent());
            }
        };
    }

    private Manifest.Model model(String name) {
        return manifest.get()
                .find(name)
                .orElseThrow(() -> new ModelLoadException("there is no model '%s' in the manifest; known names: %s"
                        .formatted(name, Names.list(manifest.get().names()))));
    }
}
