package io.github.panallama.store;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// The name of one file of a split model: `NAME-00001-of-00003.gguf`.
///
/// @param base what comes before the numbers
/// @param number which file, from 1
/// @param count how many files
record SplitName(String base, int number, int count) {
    private static final Pattern FORM = Pattern.compile("(.+)-(\\d{5})-of-(\\d{5})\\.gguf", Pattern.CASE_INSENSITIVE);

    static Optional<SplitName> of(String file) {
        var form = FORM.matcher(file);
        if (!form.matches()) {
            return Optional.empty();
        }
        var split = new SplitName(form.group(1), Integer.parseInt(form.group(2)), Integer.parseInt(form.group(3)));
        return split.number >= 1 && split.number <= split.count ? Optional.of(split) : Optional.empty();
    }

    /// All files of the model that the file belongs to: itself, or the files of the split in order.
    static List<String> all(String file) {
        return of(file).map(split -> IntStream.rangeClosed(1, split.count)
                        .mapToObj(split::name)
                        .toList())
                .orElse(List.of(file));
    }

    /// The file to name when the model is loaded.
    static String first(String file) {
        return all(file).getFirst();
    }

    private String name(int part) {
        return String.format(Locale.ROOT, "%s-%05d-of-%05d.gguf", base, part, count);
    }
}
