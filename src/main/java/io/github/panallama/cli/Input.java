package io.github.panallama.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Text arguments: what was given, or standard input.
final class Input {
    private Input() {}

    /// {@return whether standard input is meant}
    static boolean isStandardInput(@Nullable String argument) {
        return argument == null || argument.equals("-");
    }

    /// {@return the text, exactly as it is}
    static String text(@Nullable String argument, Console console, boolean quiet) throws IOException {
        if (argument != null && !argument.equals("-")) {
            return argument;
        }
        if (console.terminals().in() && !quiet) {
            console.note("reading from the terminal: end with Ctrl-D");
        }
        return new String(console.in().readAllBytes(), StandardCharsets.UTF_8);
    }

    /// {@return the prompt: of standard input without the line end that `echo` and editors add}
    static String prompt(@Nullable String argument, Console console, boolean quiet) throws IOException {
        var text = text(argument, console, quiet);
        if (!isStandardInput(argument) || !text.endsWith("\n")) {
            return text;
        }
        return text.substring(0, text.length() - (text.endsWith("\r\n") ? 2 : 1));
    }

    /// {@return the text of a file that an option or an argument names}
    ///
    /// @param what which, for messages
    static String file(String what, Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("%s %s: there is no such file".formatted(what, file), e);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("%s %s: it is not UTF-8".formatted(what, file), e);
        } catch (IOException e) {
            throw new IllegalArgumentException("%s %s cannot be read: %s".formatted(what, file, Failure.message(e)), e);
        }
    }
}
