package io.github.panallama.cli;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How an answer is shown.
@Heading("Output")
final class OutputArguments {
    @Option(
            names = "--logprobs",
            paramLabel = "N",
            description = "Log-probabilities, with N alternatives per token: a table after the text.")
    @Nullable
    Integer logprobs;

    @Option(names = "--json", description = "One JSON object instead of text.")
    boolean json;

    @Option(names = "--stats", description = "Tokens, finish reason, seed and times on standard error, afterwards.")
    boolean stats;

    /// {@return how many alternatives each token is to report, if any}
    OptionalInt logprobs() {
        return logprobs == null ? OptionalInt.empty() : OptionalInt.of(logprobs);
    }
}
