package io.github.panallama.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Measures panallama and llama.cpp's tools in turns, and says how many times as good as theirs ours is.
///
/// A run of ours and one of theirs that follows at once make a pair: what slows the machine for a while slows both.
public final class SideBySide {
    private static final int CACHE_SECONDS = 120;

    private final Options options;
    private final List<Result> results = new ArrayList<>();

    private SideBySide(Options options) {
        this.options = options;
    }

    /// Where `scripts/bench.sh` arrives.
    ///
    /// @param args the repository, the folder of llama.cpp's tools, then the options of `scripts/bench.sh`
    public static void main(String[] args) throws InterruptedException {
        Locale.setDefault(Locale.ROOT); // numbers are the same everywhere
        try {
            var root = Path.of(args[0]);
            var options = Options.of(root, List.of(args).subList(2, args.length).toArray(String[]::new));
            if (options.plot().isPresent()) {
                Plot.draw(options.plot().get(), options.out());
            } else if (options.growth()) {
                var script = root.resolve("scripts/llama");
                var ours = new Ours(
                        script, Ours.model(script, options.model().stream().toList()));
                Growth.run(
                        ours,
                        options.threads().isEmpty() ? 1 : options.threads().getFirst(),
                        options.out());
            } else {
                new SideBySide(options).run(root, Path.of(args[1]));
            }
        } catch (IOException | IllegalArgumentException e) {
            System.err.println("bench.sh: " + e.getMessage());
            System.exit(e instanceof IOException ? 1 : 2);
        }
    }

    private void run(Path root, Path tools) throws IOException, InterruptedException {
        var script = root.resolve("scripts/llama");
        var model = Ours.model(script, options.model().stream().toList());
        var ours = new Ours(script, model);
        var scratch = Files.createTempFile("panallama-bench", ".txt");
        try {
            var work = Work.of(List.of(root.resolve("README.md"), root.resolve("docs/completion.md")), scratch);
            var duels = options.choose(work.duels(ours, new Theirs(tools, model)));
            var loaded = ours.bench("load");
            var _ = ours.start(1, "Hello");
            awaitCache(root.resolve("build/app"));
            var report = new Report(loaded, ours.machine(), options, duels);
            for (int threads : threads(loaded.get("threads").asInt())) {
                for (var duel : duels) {
                    results.addAll(fight(duel, threads));
                    report.write(results); // what there is so far outlives a failure
                }
            }
            System.out.println(report.table(results));
            System.err.println("every run: " + options.out());
        } finally {
            Files.delete(scratch);
        }
    }

    private List<Integer> threads(int cores) {
        return options.threads().isEmpty()
                ? IntStream.of(1, cores).distinct().boxed().toList()
                : options.threads();
    }

    /// `scripts/llama` records a cache after a first run, in the background: not while something is measured.
    private static void awaitCache(Path app) throws IOException, InterruptedException {
        for (int i = 0; i < CACHE_SECONDS; i++) {
            try (var files = Files.list(app)) {
                var names = files.map(Path::toString).toList();
                boolean begun = names.stream().anyMatch(name -> name.endsWith(".begun"));
                if (!begun || names.stream().anyMatch(name -> name.endsWith(".aot"))) {
                    return;
                }
            }
            Thread.sleep(1000);
        }
    }

    private List<Result> fight(Duel duel, int threads) throws IOException, InterruptedException {
        var ours = new ArrayList<Map<String, Double>>();
        var theirs = new ArrayList<Map<String, Double>>();
        for (int pair = 1; pair <= options.pairs(); pair++) {
            ours.add(duel.ours().run(threads, pair));
            theirs.add(duel.theirs().run(threads, pair));
            System.err.printf(
                    "%s, threads %d, pair %d of %d: %s%n",
                    duel.name(), threads, pair, options.pairs(), beside(duel, ours.getLast(), theirs.getLast()));
        }
        return results(duel, threads, ours, theirs);
    }

    private static String beside(Duel duel, Map<String, Double> ours, Map<String, Double> theirs) {
        return duel.figures().stream()
                .map(f -> "%.1f beside %.1f %s".formatted(ours.get(f.name()), theirs.get(f.name()), f.unit()))
                .collect(Collectors.joining("; "));
    }

    private static List<Result> results(
            Duel duel, int threads, List<Map<String, Double>> ours, List<Map<String, Double>> theirs) {
        var found = new ArrayList<Result>();
        for (var figure : duel.figures()) {
            var values = new ArrayList<double[]>();
            for (int i = 0; i < ours.size(); i++) {
                values.add(new double[] {
                    ours.get(i).get(figure.name()), theirs.get(i).get(figure.name())
                });
            }
            if (values.stream().flatMapToDouble(Arrays::stream).noneMatch(Double::isNaN)) { // or nobody says
                found.add(Result.of(duel.name(), figure, threads, values));
            }
        }
        return found;
    }
}
