package io.github.panallama.bench;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Texts to measure with: the same at every run.
public final class Texts {
    private static final String[] ENGLISH =
            "the of and a to in is that it was for on are with as his they be at one have this from".split(" ");
    private static final String[] MIXED = {"été", "Größe", "日本語", "текст", "😀", "plain"};

    private Texts() {}

    /// Words and paragraphs, all ASCII.
    ///
    /// @param bytes how many
    public static String english(int bytes) {
        return words(ENGLISH, bytes).substring(0, bytes);
    }

    /// Words whose characters have one to four bytes.
    ///
    /// @param bytes at least so many
    public static String mixed(int bytes) {
        return words(MIXED, bytes);
    }

    /// The bytes of a text in pieces, as a model's tokens have them: characters are cut too.
    ///
    /// @param size bytes of a piece
    public static List<byte[]> pieces(String text, int size) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        var pieces = new ArrayList<byte[]>();
        for (int at = 0; at < bytes.length; at += size) {
            pieces.add(Arrays.copyOfRange(bytes, at, Math.min(at + size, bytes.length)));
        }
        return pieces;
    }

    private static String words(String[] words, int bytes) {
        var random = new Random(3);
        var text = new StringBuilder();
        for (int n = 1; text.length() < bytes; n++) { // no character has less than a byte
            text.append(words[random.nextInt(words.length)]).append(n % 60 == 0 ? ".\n\n" : n % 9 == 0 ? ", " : " ");
        }
        return text.toString();
    }
}
