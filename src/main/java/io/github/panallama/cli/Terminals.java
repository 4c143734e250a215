package io.github.panallama.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Which of the standard streams are terminals.
///
/// @param in standard input
/// @param out standard output
/// @param err standard error
record Terminals(boolean in, boolean out, boolean err) {
    /// None of them.
    static final Terminals NONE = new Terminals(false, false, false);

    /// What the start script found: those of the digits 0, 1 and 2 whose stream is a terminal.
    static final String PROPERTY = "panallama.terminals";

    /// This process's: Java itself can only tell about all of them together.
    static Terminals system() {
        var found = System.getProperty(PROPERTY);
        return found != null
                ? new Terminals(found.contains("0"), found.contains("1"), found.contains("2"))
                : new Terminals(isTerminal(0), isTerminal(1), isTerminal(2));
    }

    private static boolean isTerminal(int descriptor) {
        try {
            var target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | RuntimeException e) { // no such folder on this system
            return Optional.ofNullable(System.console())
                    .map(java.io.Console::isTerminal)
                    .orElse(false);
        }
    }

    /// {@return whether colour may be used on standard output}
    boolean colour() {
        return out && System.getenv("NO_COLOR") == null;
    }
}
