package io.github.panallama.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// Where a command reads and writes: UTF-8 whatever the locale.
///
/// @param in standard input
/// @param out standard output: the answer and nothing else
/// @param err standard error: everything else
/// @param terminals which of them are terminals
record Console(InputStream in, PrintStream out, PrintStream err, Terminals terminals) {
    /// The process's own.
    static Console system() {
        return new Console(
                new FileInputStream(FileDescriptor.in),
                stream(FileDescriptor.out),
                stream(FileDescriptor.err),
                Terminals.system());
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
    }

    /// Shows a part of the answer at once.
    ///
    /// @throws UncheckedIOException if nobody reads any more, or the disk is full
    void show(String text) {
        if (!text.isEmpty()) {
            out.print(text);
        }
        if (out.checkError()) {
            throw new UncheckedIOException(
                    new IOException("standard output cannot be written: its reader is gone, or the disk is full"));
        }
    }

    /// As [#show], with the line's end.
    void showLine(String text) {
        show(text + "\n");
    }

    /// Says something that is not the answer.
    void note(String line) {
        err.println(line);
        err.flush();
    }

    /// Replaces the line of a terminal that [#err] goes to, without ending it; an empty one clears it.
    void redraw(String line) {
        err.print("\r\u001b[K" + line);
        err.flush();
    }

    /// {@return a text that does not stand out, where the answer goes to a terminal}
    String dim(String text) {
        return terminals.colour() ? "\u001b[2m" + text + "\u001b[0m" : text;
    }

    /// {@return a text that stands out, where the answer goes to a terminal}
    String red(String text) {
        return terminals.colour() ? "\u001b[31m" + text + "\u001b[0m" : text;
    }
}
