package io.github.panallama.cli;

import io.github.panallama.error.ModelLoadException;
import io.github.panallama.store.ModelRef;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `rm`: a model out of the store.
@Command(
        name = "rm",
        sortOptions = false,
        synopsisHeading = "",
        customSynopsis = "Usage: scripts/llama rm [OPTIONS] MODEL",
        description = "Remove a model from the store, with what an interrupted download left. Prints the files.")
final class RmCommand implements Callable<Integer> {
    @Parameters(paramLabel = "MODEL", description = "As `list` shows it; hf:OWNER/REPO = all that is from there.")
    String model = "";

    @Mixin
    CommonArguments common = new CommonArguments();

    private final Console console;

    RmCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        var store = Models.store(true);
        var removed = store.remove(ModelRef.parse(model));
        if (removed.isEmpty()) {
            throw new ModelLoadException(
                    "%s is not in the store %s: `scripts/llama list` shows what is".formatted(model, store.root()));
        }
        for (var file : removed) {
            console.showLine(file.toString());
        }
        return 0;
    }
}
