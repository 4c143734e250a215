package io.github.panallama.cli;

import io.github.panallama.error.ModelLoadException;
import io.github.panallama.store.DownloadOptions;
import io.github.panallama.store.Manifest;
import io.github.panallama.store.ModelRef;
import io.github.panallama.store.ModelStore;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// From what the user calls a model to its file, downloading it if need be.
final class Models {
    /// The model that is meant when none is named.
    static final String VARIABLE = "PANALLAMA_MODEL";

    private final Console console;
    private final ModelStore store;

    Models(Console console, ModelStore store) {
        this.console = console;
        this.store = store;
    }

    /// The user's store.
    static Models open(Console console, boolean offline) {
        return new Models(console, store(offline));
    }

    static ModelStore store(boolean offline) {
        return ModelStore.open().withOptions(DownloadOptions.DEFAULT.withOffline(offline));
    }

    /// A model and its file.
    ///
    /// @param name how it is called
    /// @param file where it is, of a split model the first file
    record Found(String name, Path file) {}

    /// {@return which model is meant}
    ///
    /// @param given null = the default
    static ModelRef ref(@Nullable String given) {
        if (given != null) {
            return ModelRef.parse(given);
        }
        var variable = System.getenv(VARIABLE);
        return variable == null || variable.isBlank()
                ? new ModelRef.Named(Manifest.shipped().defaultName())
                : ModelRef.parse(variable);
    }

    /// {@return the model, which is pulled if it is not here}
    ///
    /// @param ref which
    /// @param quiet whether to say nothing about it
    Found pull(ModelRef ref, boolean quiet) throws IOException {
        var here = store.find(ref);
        if (here.isPresent()) {
            return new Found(ref.toString(), here.get());
        }
        if (quiet || store.isOffline() || ref instanceof ModelRef.Local) {
            return new Found(ref.toString(), store.pull(ref));
        }
        try (var progress = new ProgressBar(console, ref.toString())) {
            var file = store.pull(ref, progress);
            progress.done();
            return new Found(ref.toString(), file);
        }
    }

    /// {@return the model, which must be here}
    Found find(ModelRef ref) throws IOException {
        var file = store.find(ref)
                .orElseThrow(() -> new ModelLoadException(
                        ref instanceof ModelRef.Local
                                ? "there is no file %s: check the path".formatted(ref)
                                : "%s is not in the store %s: get it with `scripts/llama pull %s`"
                                        .formatted(ref, store.root(), ref)));
        return new Found(ref.toString(), file);
    }
}
