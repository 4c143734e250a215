package io.github.panallama.cli;

import io.github.panallama.engine.Backend;
import io.github.panallama.error.NativeLibraryException;
import io.github.panallama.store.ModelStore;
import io.github.panallama.store.StoredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// `doctor --json`: what was found, what is wrong and how to mend it.
///
/// @param ok whether a model could be run
record Diagnosis(
        boolean ok,
        Java java,
        NativeLibrary nativeLibrary,
        Cpu cpu,
        List<Device> devices,
        Memory memory,
        Store store,
        List<String> problems) {
    private static final String PROPERTY = "panallama.library.path";
    private static final String VARIABLE = "PANALLAMA_LIBRARY_PATH";

    record Java(String version, String vendor, String path) {}

    /// @param path its folder
    /// @param build what was built; empty when it does not load
    record NativeLibrary(@Nullable String path, boolean loaded, Map<String, String> build) {}

    record Cpu(String model, int processors, List<String> features) {}

    record Device(String name, String description, String kind, long memoryFree, long memoryTotal) {}

    record Memory(@Nullable Long total, @Nullable Long available, @Nullable Long limit) {}

    record Store(String path, @Nullable Long diskFree, List<String> models) {}

    static Diagnosis make(ModelStore store, Machine machine) {
        var problems = new ArrayList<String>();
        var library = library(problems);
        var shelf = shelf(store, problems);
        boolean canPull = !store.isOffline() && writable(store.root());
        if (shelf.models.isEmpty() && !canPull) {
            problems.add("no model is in the store, and none can be pulled: "
                    + (store.isOffline()
                            ? "allow the network (unset HF_HUB_OFFLINE)"
                            : "%s cannot be written; set PANALLAMA_HOME to a folder that can".formatted(store.root())));
        }
        return new Diagnosis(
                library.loaded && (canPull || !shelf.models.isEmpty()),
                new Java(
                        Runtime.version().toString(),
                        System.getProperty("java.vendor", ""),
                        System.getProperty("java.home", "")),
                library,
                new Cpu(machine.cpu(), machine.processors(), machine.features()),
                library.loaded ? found() : List.of(),
                new Memory(
                        boxed(machine.memoryTotal()), boxed(machine.memoryAvailable()), boxed(machine.memoryLimit())),
                shelf,
                problems);
    }

    private static NativeLibrary library(List<String> problems) {
        var path = System.getProperty(PROPERTY, System.getenv(VARIABLE));
        try {
            return new NativeLibrary(path, true, Backend.buildInfo());
        } catch (NativeLibraryException e) {
            problems.add(Failure.message(e));
            return new NativeLibrary(path, false, Map.of());
        }
    }

    private static List<Device> found() {
        return Backend.devices().stream()
                .map(d -> new Device(d.name(), d.description(), d.kind().name(), d.memoryFree(), d.memoryTotal()))
                .toList();
    }

    private static Store shelf(ModelStore store, List<String> problems) {
        List<StoredModel> models = List.of();
        try {
            models = store.list();
        } catch (IOException e) {
            problems.add("the store %s cannot be read (%s): mend its permissions or set PANALLAMA_HOME"
                    .formatted(store.root(), Failure.message(e)));
        }
        for (var model : models) {
            if (!model.complete()) {
                problems.add("%s is not all there: go on with `scripts/llama pull %s`"
                        .formatted(model.name(), model.name()));
            }
        }
        return new Store(
                store.root().toString(),
                boxed(free(existing(store.root()))),
                models.stream()
                        .filter(StoredModel::complete)
                        .map(StoredModel::name)
                        .toList());
    }

    private static OptionalLong free(Path folder) {
        try {
            return OptionalLong.of(Files.getFileStore(folder).getUsableSpace());
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    private static boolean writable(Path folder) {
        return Files.isWritable(existing(folder));
    }

    /// The folder, or the nearest one above it that exists: the store is created by the first pull.
    private static Path existing(Path folder) {
        Path existing = folder;
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        return existing;
    }

    private static @Nullable Long boxed(OptionalLong value) {
        return value.isPresent() ? value.getAsLong() : null;
    }
}
