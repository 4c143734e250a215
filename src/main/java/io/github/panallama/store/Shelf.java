package io.github.panallama.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Supplier;

/// What lies in the store, without any network.
final class Shelf {
    private static final String PART = ".part";

    private final StoreLayout layout;
    private final Supplier<Manifest> manifest;

    Shelf(StoreLayout layout, Supplier<Manifest> manifest) {
        this.layout = layout;
        this.manifest = manifest;
    }

    Optional<Path> named(Manifest.Model model) throws IOException {
        var file = layout.named(model);
        return Puller.isThere(file, OptionalLong.of(model.bytes())) ? Optional.of(file) : Optional.empty();
    }

    Optional<Path> hubFile(ModelRef.HubFile ref) {
        var files = SplitName.all(ref.file()).stream()
                .map(f -> layout.hubFile(ref.owner(), ref.repo(), f))
                .toList();
        return files.stream().allMatch(Files::isRegularFile) ? Optional.of(files.getFirst()) : Optional.empty();
    }

    Optional<Path> hubRepo(ModelRef.HubRepo ref) throws IOException {
        var folder = layout.repo(ref.owner(), ref.repo());
        var whole = Trees.files(folder).stream()
                .map(file -> folder.relativize(file).toString().replace('\\', '/'))
                .filter(Names::isGguf)
                .filter(name -> SplitName.all(name).stream().allMatch(n -> Files.isRegularFile(folder.resolve(n))))
                .toList();
        return Quants.choose(whole, ref.quant()).map(folder::resolve);
    }

    /// Every model, whole or begun, in the order of the paths.
    List<StoredModel> list() throws IOException {
        var models = new TreeMap<Path, List<Path>>();
        for (var file : Trees.files(layout.models())) {
            var name = file.getFileName().toString();
            var bare = name.endsWith(PART) ? name.substring(0, name.length() - PART.length()) : name;
            if (Names.isGguf(bare)) {
                var first = file.resolveSibling(SplitName.first(bare));
                models.computeIfAbsent(first, _ -> new ArrayList<>()).add(file);
            }
        }
        var list = new ArrayList<StoredModel>();
        for (var model : models.entrySet()) {
            long bytes = 0;
            for (var file : model.getValue()) {
                bytes += Files.size(file);
            }
            var first = model.getKey();
            list.add(new StoredModel(layout.reference(first), first, model.getValue(), bytes, isWhole(first)));
        }
        return list;
    }

    private boolean isWhole(Path first) throws IOException {
        for (var model : manifest.get().models()) {
            if (layout.named(model).equals(first)) {
                return named(model).isPresent();
            }
        }
        return SplitName.all(first.getFileName().toString()).stream()
                .allMatch(name -> Files.isRegularFile(first.resolveSibling(name)));
    }

    /// Removes models with what downloads left of them.
    List<Path> remove(List<StoredModel> models) throws IOException {
        var removed = new ArrayList<Path>();
        for (var model : models) {
            for (var name : SplitName.all(model.path().getFileName().toString())) {
                var file = model.path().resolveSibling(name);
                try (var _ = StoreLock.acquire(layout.lock(file))) {
                    for (var path : List.of(file, PartFile.part(file), PartFile.tag(file))) {
                        if (Files.deleteIfExists(path)) {
                            removed.add(path);
                        }
                    }
                    Trees.deleteEmpty(Trees.folder(file), layout.models());
                }
            }
        }
        return removed;
    }
}
