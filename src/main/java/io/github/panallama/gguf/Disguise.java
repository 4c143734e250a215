package io.github.panallama.gguf;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/// Says what a file that is called a model but is no GGUF file really is, from its first bytes: nearly always one of a
/// handful of things, each with its own way out.
final class Disguise {
    /// As much of the file's start as the judgement looks at.
    static final int HEAD = 512;

    private static final Pattern LFS_SIZE = Pattern.compile("\nsize (\\d{1,18})\n");
    private static final String AGAIN = "; download the .gguf file itself again";
    private static final String CONVERT =
            "; convert it with llama.cpp's convert_hf_to_gguf.py, or download a GGUF file";

    private Disguise() {}

    static String describe(byte[] head, long size) {
        if (size == 0) {
            return "the file is empty" + AGAIN;
        }
        var text = new String(head, ISO_8859_1);
        var lower = text.stripLeading().toLowerCase(Locale.ROOT);
        if (text.startsWith("version https://git-lfs.github.com/spec/")) {
            var real = LFS_SIZE.matcher(text);
            var bytes = real.find() ? " of " + GgufException.count(Long.parseLong(real.group(1))) + " bytes" : "";
            return "this is a Git LFS pointer, not the model" + bytes + " that it stands for; run `git lfs pull`, or"
                    + " download the file itself";
        }
        if (lower.startsWith("<!doctype html") || lower.startsWith("<html") || lower.startsWith("<?xml")) {
            return "this is a web page or XML, not a model" + AGAIN
                    + " (on the Hugging Face hub the address has /resolve/," + " not /blob/)";
        }
        if (isSafetensors(head, size)) {
            return "this is a safetensors file, not GGUF" + CONVERT;
        }
        if (text.startsWith("PK\3\4") || text.startsWith("\u0080\2")) {
            return "this is a zip archive or a PyTorch checkpoint, not GGUF" + CONVERT;
        }
        if (text.startsWith("lmgg") || text.startsWith("fmgg") || text.startsWith("tjgg") || text.startsWith("algg")) {
            return "this is a GGML file from before GGUF, which llama.cpp no longer reads; download a GGUF file";
        }
        if (head.length > 0 && isText(head)) {
            return "this is a text file that begins with \"%s\", not a model%s".formatted(firstLine(head), AGAIN);
        }
        var first = HexFormat.ofDelimiter(" ").formatHex(head, 0, Math.min(4, head.length));
        return "not a GGUF file: it begins with the bytes %s instead of 47 47 55 46 (\"GGUF\")%s"
                .formatted(first, AGAIN);
    }

    /// A little-endian length, then a JSON object of that length.
    private static boolean isSafetensors(byte[] head, long size) {
        if (head.length < 9 || head[8] != '{') {
            return false;
        }
        long length = 0;
        for (int i = 7; i >= 0; i--) {
            length = length << 8 | (head[i] & 0xFF);
        }
        return length > 0 && length <= size - 8;
    }

    private static boolean isText(byte[] head) {
        for (byte b : head) {
            int c = b & 0xFF;
            if (c == 0x7F || (c < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f')) {
                return false;
            }
        }
        // a character may be cut at the end of the head, hence no complaint about the last few
        var decoded = new String(head, UTF_8);
        int broken = decoded.indexOf('\uFFFD');
        return broken < 0 || (broken >= decoded.length() - 3 && head.length >= HEAD - 3);
    }

    private static String firstLine(byte[] head) {
        var line = new String(head, UTF_8).strip().lines().findFirst().orElse("");
        return line.length() <= 40 ? line : line.substring(0, 40) + "…";
    }
}
