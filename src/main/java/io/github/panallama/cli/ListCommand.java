package io.github.panallama.cli;

import io.github.panallama.http.wire.Json;
import io.github.panallama.store.Manifest;
import io.github.panallama.store.StoredModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `list`: what is in the store, and what could be.
@Command(
        name = "list",
        sortOptions = false,
        synopsisHeading = "",
        customSynopsis = "Usage: scripts/llama list [OPTIONS]",
        description = "Show the models in the store, and those known by name.")
final class ListCommand implements Callable<Integer> {
    @Option(names = "--json", description = "One JSON object.")
    boolean json;

    @Mixin
    CommonArguments common = new CommonArguments();

    private final Console console;

    ListCommand(Console console) {
        this.console = console;
    }

    /// `list --json`.
    ///
    /// @param store the store's folder
    record Models(String store, List<Entry> models) {
        /// @param state pulled, incomplete or not pulled
        /// @param path null when not pulled
        /// @param licence null for a model that the manifest does not name
        record Entry(String name, String state, long bytes, @Nullable String path, @Nullable String licence) {}

        static Models of(String store, List<StoredModel> stored, Manifest manifest) {
            var entries = new ArrayList<Entry>();
            for (var model : stored) {
                entries.add(new Entry(
                        model.name(),
                        model.complete() ? "pulled" : "incomplete",
                        model.bytes(),
                        model.path().toString(),
                        manifest.find(model.name()).map(Manifest.Model::licence).orElse(null)));
            }
            for (var model : manifest.models()) {
                if (stored.stream().noneMatch(s -> s.name().equals(model.name()))) {
                    entries.add(new Entry(model.name(), "not pulled", model.bytes(), null, model.licence()));
                }
            }
            return new Models(store, entries);
        }
    }

    @Override
    public Integer call() throws IOException {
        var store = io.github.panallama.cli.Models.store(true);
        var models = Models.of(store.root().toString(), store.list(), Manifest.shipped());
        console.showLine(json ? Json.write(models) : table(models));
        return 0;
    }

    private String table(Models models) {
        var table = Table.of("model", "size", "state", "licence", "file").right(1);
        for (var entry : models.models) {
            table.row(
                    entry.name,
                    Sizes.bytes(entry.bytes),
                    entry.state,
                    entry.licence == null ? "" : entry.licence,
                    entry.path == null ? "" : entry.path);
        }
        var lines = new ArrayList<>(table.toString().lines().toList());
        for (int i = 0; i < models.models.size(); i++) {
            if (models.models.get(i).path == null) {
                lines.set(i + 1, console.dim(lines.get(i + 1)));
            }
        }
        return String.join("\n", lines);
    }
}
