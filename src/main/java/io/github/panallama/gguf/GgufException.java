package io.github.panallama.gguf;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalLong;

/// The file is not a GGUF file, or a damaged one. The message says what is wrong, where, and the way out.
public final class GgufException extends IOException {
    private static final long serialVersionUID = 1;
    private static final long NOWHERE = -1;
    private static final int LONGEST_SHOWN = 80;

    /// The byte offset, or [#NOWHERE].
    private final long offset;

    private GgufException(String message, long offset) {
        super(message);
        this.offset = offset;
    }

    static GgufException of(Path file, String problem) {
        return new GgufException(file + ": " + problem, NOWHERE);
    }

    static GgufException at(Path file, long offset, String problem) {
        return new GgufException("%s: at byte %s: %s".formatted(file, count(offset), problem), offset);
    }

    /// {@return the byte offset in the file at which the problem was found; empty where there is none to name}
    public OptionalLong offset() {
        return offset == NOWHERE ? OptionalLong.empty() : OptionalLong.of(offset);
    }

    /// A text of a file for a message: a damaged one may have thousands of letters, or none that can be read.
    static String shown(String text) {
        var line = text.replaceAll("\\p{Cntrl}", "?");
        return line.length() <= LONGEST_SHOWN ? line : line.substring(0, LONGEST_SHOWN) + "…";
    }

    /// Long numbers are easier to compare with digit groups: 98,362,432.
    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
