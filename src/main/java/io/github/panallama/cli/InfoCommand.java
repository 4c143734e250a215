package io.github.panallama.cli;

import io.github.panallama.http.wire.Json;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `info`: what a GGUF says about itself, and what it will need. Nothing native is loaded.
@Command(
        name = "info",
        sortOptions = false,
        synopsisHeading = "",
        customSynopsis = "Usage: scripts/llama info [OPTIONS] [MODEL]",
        description = "Show what a model's file says about itself and how much memory it will need with these options.")
final class InfoCommand implements Callable<Integer> {
    @Parameters(arity = "0..1", paramLabel = "MODEL", description = "As for --model; it must be here already.")
    @Nullable
    String given;

    @Option(names = "--json", description = "One JSON object.")
    boolean json;

    @Mixin
    ModelArguments model = new ModelArguments();

    @Mixin
    CommonArguments common = new CommonArguments();

    private final Console console;

    InfoCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        if (given != null && model.model != null) {
            throw new IllegalArgumentException("two models given: %s and %s".formatted(given, model.model));
        }
        var found = Models.open(console, true).find(Models.ref(given != null ? given : model.model));
        var report = ModelReport.of(found, model.options(false));
        console.showLine(json ? Json.write(report) : report.text());
        return 0;
    }
}
