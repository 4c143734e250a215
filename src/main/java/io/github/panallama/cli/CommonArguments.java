package io.github.panallama.cli;

import picocli.CommandLine.Option;

/// What every command understands.
final class CommonArguments {
    @Option(
            names = {"-q", "--quiet"},
            description = "No progress, no notes.")
    boolean quiet;

    @Option(
            names = {"-v", "--verbose"},
            description = "llama.cpp's log, and the stack trace of a failure.")
    boolean verbose;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean help;
}
