package io.github.panallama.store;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Picks a model among a repository's files by the name of its quantisation.
final class Quants {
    private static final List<String> PREFERRED = List.of("Q4_K_M", "Q4_0", "Q8_0");

    private Quants() {}

    /// The first file of the model that is meant, empty when there is none or no single one.
    static Optional<String> choose(Collection<String> files, Optional<String> quant) {
        var models = models(files);
        if (quant.isPresent()) {
            return match(models, quant.get());
        }
        return PREFERRED.stream()
                .flatMap(q -> match(models, q).stream())
                .findFirst()
                .or(() -> models.size() == 1 ? Optional.of(models.getFirst()) : Optional.empty());
    }

    /// One name per model: vision projectors and importance tables are GGUF files too, but no models.
    static List<String> models(Collection<String> files) {
        return files.stream()
                .filter(Names::isGguf)
                .filter(file -> {
                    var name = file.substring(file.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
                    return !name.contains("mmproj") && !name.contains("imatrix");
                })
                .map(SplitName::first)
                .distinct()
                .sorted()
                .toList();
    }

    /// The name as a whole word: Q4_K is not Q4_K_M. Among several the plainest path wins.
    private static Optional<String> match(List<String> models, String quant) {
        var word = Pattern.compile(
                "(?<![A-Za-z0-9])" + Pattern.quote(quant) + "(?![A-Za-z0-9_])", Pattern.CASE_INSENSITIVE);
        return models.stream()
                .filter(model -> word.matcher(model).find())
                .min(Comparator.comparingLong(
                                (String m) -> m.chars().filter(c -> c == '/').count())
                        .thenComparingInt(String::length)
                        .thenComparing(Comparator.naturalOrder()));
    }
}
