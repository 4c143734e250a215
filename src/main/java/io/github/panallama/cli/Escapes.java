package io.github.panallama.cli;

/// Control characters in options and tables.
final class Escapes {
    private Escapes() {}

    /// {@return a text with `\n`, `\t`, `\r` and `\\` replaced by what they stand for; any other backslash stays}
    static String unescape(String text) {
        var result = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int meant = c == '\\' && i + 1 < text.length() ? "nrt\\".indexOf(text.charAt(i + 1)) : -1;
            if (meant >= 0) {
                result.append("\n\r\t\\".charAt(meant));
                i++;
            } else {
                result.append(c);
            }
        }
        return result.toString();
    }

    /// {@return a text on one line: control characters as escapes}
    static String escape(String text) {
        var result = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> result.append("\\n");
                case '\r' -> result.append("\\r");
                case '\t' -> result.append("\\t");
                case '\\' -> result.append("\\\\");
                default -> {
                    if (Character.isISOControl(c)) {
                        result.append("\\x%02x".formatted(c));
                    } else {
                        result.appendCodePoint(c);
                    }
                }
            }
        });
        return result.toString();
    }

    /// {@return a token's text for a table: in quotes, so that spaces show}
    static String quoted(String text) {
        return "\"" + escape(text) + "\"";
    }
}
