package io.github.panallama.cli;

import picocli.CommandLine.Option;

/// How an answer is shown.
final class OutputArguments {
    @Option(names = "--json", description = "One JSON object instead of text.")
    boolean json;

    @Option(names = "--stats", description = "Tokens, finish reason, seed and times on standard error, afterwards.")
    boolean stats;
}
