package io.github.panallama.cli;

import io.github.panallama.http.wire.Json;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `doctor`: what was found and chosen, what is wrong and how to mend it.
@Command(
        name = "doctor",
        sortOptions = false,
        synopsisHeading = "",
        customSynopsis = "Usage: scripts/llama doctor [OPTIONS]",
        description =
                "Show what was found and chosen, what is wrong and how to mend it. Ends with 0 when a model could "
                        + "be run, else with 5. Uses no network.")
final class DoctorCommand implements Callable<Integer> {
    @Option(names = "--json", description = "One JSON object.")
    boolean json;

    @Mixin
    CommonArguments common = new CommonArguments();

    private final Console console;

    DoctorCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        var diagnosis = Diagnosis.make(Models.store(false), Machine.here());
        console.showLine(json ? Json.write(diagnosis) : report(diagnosis));
        return diagnosis.ok() ? 0 : Failure.NATIVE;
    }

    static String report(Diagnosis found) {
        var library = found.nativeLibrary();
        var table = Table.plain()
                .row(
                        "java",
                        "%s (%s)".formatted(found.java().version(), found.java().vendor()))
                .row("", found.java().path())
                .row("native library", library.loaded() ? "loaded" : "NOT LOADED")
                .row("", library.path() == null ? "no path given" : library.path());
        library.build().forEach((key, value) -> table.row("", key + " = " + value));
        table.row(
                        "cpu",
                        "%s, %d processors"
                                .formatted(found.cpu().model(), found.cpu().processors()))
                .row("", String.join(" ", found.cpu().features()));
        for (var device : found.devices()) {
            table.row(
                    "device",
                    "%s: %s, %s free of %s"
                            .formatted(
                                    device.name(),
                                    device.description(),
                                    Sizes.bytes(device.memoryFree()),
                                    Sizes.bytes(device.memoryTotal())));
        }
        table.row(
                "memory",
                "%s available of %s, limit %s"
                        .formatted(
                                bytes(found.memory().available()),
                                bytes(found.memory().total()),
                                found.memory().limit() == null
                                        ? "none"
                                        : bytes(found.memory().limit())));
        table.row(
                        "store",
                        "%s, %s free"
                                .formatted(
                                        found.store().path(),
                                        bytes(found.store().diskFree())))
                .row(
                        "models",
                        found.store().models().isEmpty()
                                ? "none"
                                : String.join(", ", found.store().models()));
        var text = new StringBuilder(table.toString()).append('\n');
        for (var problem : found.problems()) {
            text.append("\nproblem: ").append(problem);
        }
        return text.append(found.ok() ? "\na model can be run" : "\nno model can be run")
                .toString();
    }

    private static String bytes(@Nullable Long bytes) {
        return bytes == null ? "unknown" : Sizes.bytes(bytes);
    }
}
