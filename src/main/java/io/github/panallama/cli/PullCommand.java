package io.github.panallama.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `pull`: a model into the store.
@Command(
        name = "pull",
        sortOptions = false,
        synopsisHeading = "",
        customSynopsis = "Usage: scripts/llama pull [OPTIONS] [MODEL]",
        description =
                "Download a model into the store: resumed after an interruption, checked, then moved there in one "
                        + "step. Prints its path.",
        footer = {"", "Example: scripts/llama pull smollm2"})
final class PullCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "MODEL",
            description = "A name that `list` shows, hf:OWNER/REPO[:QUANT] or hf:OWNER/REPO/FILE.gguf. "
                    + "Default: $PANALLAMA_MODEL, else the manifest's default.")
    @Nullable
    String model;

    @Option(names = "--offline", description = "Use no network.")
    boolean offline;

    @Mixin
    CommonArguments common = new CommonArguments();

    private final Console console;

    PullCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        var ref = Models.ref(model);
        try (var _ = Interrupt.section()) {
            var found = Models.open(console, offline).pull(ref, common.quiet);
            console.showLine(found.file().toString());
            return 0;
        }
    }
}
