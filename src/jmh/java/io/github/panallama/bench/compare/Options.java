package io.github.panallama.bench.compare;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What `scripts/bench.sh` was asked for.
///
/// @param only names of duels; empty = all
/// @param pairs runs of each side
/// @param threads numbers of them; empty = 1 and the physical cores
/// @param model as `scripts/llama` understands it; empty = its default
/// @param out where the record goes
/// @param plot a record to be drawn instead of measuring
/// @param growth whether it is how cost grows that is measured, with ours alone
record Options(
        Set<String> only,
        int pairs,
        List<Integer> threads,
        Optional<String> model,
        Path out,
        Optional<Path> plot,
        boolean growth) {
    /// {@return the options of a command line}
    ///
    /// @param root of the repository
    static Options of(Path root, String... args) {
        var only = new TreeSet<String>();
        int pairs = 9;
        List<Integer> threads = List.of();
        Optional<String> model = Optional.empty();
        Optional<Path> out = Optional.empty();
        Optional<Path> plot = Optional.empty();
        boolean growth = false;
        var left = new ArrayDeque<>(List.of(args));
        while (!left.isEmpty()) {
            var option = left.poll();
            if (option.equals("--growth")) {
                growth = true;
                continue;
            }
            var value = left.poll();
            if (value == null) {
                throw new IllegalArgumentException(
                        option + " is unknown or lacks its value (see: scripts/bench.sh --help)");
            }
            switch (option) {
                case "--only" -> only.addAll(List.of(value.split(",")));
                case "--pairs" -> pairs = positive(option, value);
                case "--threads" ->
                    threads = Arrays.stream(value.split(","))
                            .map(number -> positive(option, number))
                            .toList();
                case "-m", "--model" -> model = Optional.of(value);
                case "--out" -> out = Optional.of(Path.of(value));
                case "--plot" -> plot = Optional.of(Path.of(value));
                default -> throw new IllegalArgumentException(option + " is unknown (see: scripts/bench.sh --help)");
            }
        }
        return new Options(only, pairs, threads, model, out.orElse(standard(root, plot)), plot, growth);
    }

    private static Path standard(Path root, Optional<Path> plot) {
        if (plot.isPresent()) {
            return Path.of(plot.get().toString().replaceFirst("\\.json$", "") + ".svg");
        }
        var date = LocalDateTime.now(ZoneId.systemDefault()).format(DateTimeFormatter.ofPattern("yyyy-MM-dd-HHmm"));
        return root.resolve("build/bench/" + date + ".json");
    }

    private static int positive(String option, String value) {
        if (!value.matches("[1-9]\\d{0,3}")) {
            throw new IllegalArgumentException("%s %s: use a number from 1".formatted(option, value));
        }
        return Integer.parseInt(value);
    }

    /// {@return those duels that are asked for}
    List<Duel> choose(List<Duel> all) {
        var names = all.stream().map(Duel::name).toList();
        if (!names.containsAll(only)) {
            throw new IllegalArgumentException("--only knows " + String.join(", ", names));
        }
        return only.isEmpty()
                ? all
                : all.stream().filter(duel -> only.contains(duel.name())).toList();
    }
}
