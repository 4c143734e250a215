package io.github.panallama.store;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Names that become paths and addresses: nothing that could leave the store's folder passes.
final class Names {
    private static final Pattern PART = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,95}");
    private static final Pattern MODEL = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    private static final int LONGEST = 200;

    private Names() {}

    static String model(String name) {
        if (!MODEL.matcher(name).matches() || name.contains("..") || name.equals("hf")) {
            throw new IllegalArgumentException("'" + name + "' is no model name: use a-z, 0-9, '.', '_' and '-'");
        }
        return name;
    }

    static String hubPart(String what, String name) {
        if (!PART.matcher(name).matches() || name.contains("..") || name.endsWith(".")) {
            throw new IllegalArgumentException(
                    "'%s' is no %s on the hub: write hf:OWNER/REPO, hf:OWNER/REPO:QUANT or".formatted(name, what)
                            + " hf:OWNER/REPO/FILE.gguf");
        }
        return name;
    }

    /// A file of a repository, perhaps in folders of it.
    static String file(String file) {
        if (!isGguf(file)) {
            throw new IllegalArgumentException("'" + file + "' is no GGUF file: its name must end in .gguf");
        }
        if (!isPlain(file)) {
            throw new IllegalArgumentException("'" + file + "' is refused: it is no plain file name");
        }
        return file;
    }

    /// Whether a path stays below its folder on every system: no `..`, no drive, no hidden file.
    static boolean isPlain(String file) {
        return Stream.of(file.split("/", -1)).allMatch(segment -> {
            boolean odd = segment.chars().anyMatch(c -> c < 0x20 || c == 0x7F || "\\:*?\"<>|".indexOf(c) >= 0);
            boolean dots = segment.startsWith(".") || segment.endsWith(".") || segment.endsWith(" ");
            return !segment.isEmpty() && !odd && !dots && segment.length() <= LONGEST;
        });
    }

    static boolean isGguf(String file) {
        return file.toLowerCase(Locale.ROOT).endsWith(".gguf");
    }

    /// " did you mean smollm2?", or nothing where nothing is near.
    static String didYouMean(String name, Collection<String> known) {
        return closest(name, known).map(near -> "did you mean " + near + "?").orElse("");
    }

    private static Optional<String> closest(String name, Collection<String> known) {
        var lower = name.toLowerCase(Locale.ROOT);
        record Near(String name, int distance) {}
        return known.stream()
                .map(k -> new Near(k, distance(lower, k.toLowerCase(Locale.ROOT))))
                .filter(n -> n.distance <= Math.max(2, n.name.length() / 3))
                .min(Comparator.comparingInt(Near::distance))
                .map(Near::name);
    }

    /// Levenshtein's distance: how many letters to change, add or leave out.
    private static int distance(String a, String b) {
        var row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replace = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replace, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }

    static String list(List<String> names) {
        int most = 12;
        var shown = String.join(", ", names.subList(0, Math.min(most, names.size())));
        return names.size() <= most ? shown : shown + " and " + (names.size() - most) + " more";
    }
}
