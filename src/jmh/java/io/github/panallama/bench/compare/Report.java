package io.github.panallama.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What was found: for people a table, for programs a record with every run and the machine.
final class Report {
    static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final JsonNode loaded;
    private final JsonNode machine;
    private final Options options;
    private final List<Duel> duels;
    private final String date = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();

    /// @param loaded what `scripts/llama bench` says of the model
    /// @param machine what `scripts/llama doctor` says
    Report(JsonNode loaded, JsonNode machine, Options options, List<Duel> duels) {
        this.loaded = loaded;
        this.machine = machine;
        this.options = options;
        this.duels = duels;
    }

    /// Writes the record.
    void write(List<Result> results) throws IOException {
        var record = JSON.createObjectNode().put("date", date);
        var model = record.putObject("model");
        for (var key : List.of("description", "parameters", "bytes")) {
            model.set(key, loaded.get("model").get(key));
        }
        describe(record.putObject("machine"));
        record.put("pairs", options.pairs());
        var work = record.putObject("work");
        duels.forEach(duel -> work.put(duel.name(), duel.work()));
        var list = record.putArray("results");
        results.forEach(result -> add(list.addObject(), result));
        write(record, options.out());
    }

    /// Writes a record.
    static void write(JsonNode record, Path out) throws IOException {
        Files.createDirectories(out.toAbsolutePath().getParent());
        Files.writeString(out, JSON.writeValueAsString(record) + "\n");
    }

    private void describe(ObjectNode node) {
        var cpu = machine.get("cpu");
        node.put("os", "%s %s, %s".formatted(property("os.name"), property("os.version"), property("os.arch")));
        node.set("cpu", cpu.get("model"));
        node.set("processors", cpu.get("processors"));
        node.set("features", cpu.get("features"));
        node.set("memory_bytes", machine.get("memory").get("total"));
        node.put("jdk", "%s, %s".formatted(property("java.runtime.version"), property("java.vendor")));
        node.set("native_library", machine.get("native_library").get("build")); // llama.cpp, compiler, flags
    }

    private static String property(String name) {
        return System.getProperty(name, "");
    }

    private static void add(ObjectNode node, Result result) {
        var figure = result.figure();
        node.put("name", figure.name())
                .put("duel", result.duel())
                .put("title", figure.title())
                .put("threads", result.threads())
                .put("unit", figure.unit())
                .put("more_is_better", figure.more())
                .put("ratio", result.median(Result.Pair::ratio))
                .put("ratio_min", result.least())
                .put("ratio_max", result.most())
                .put("panallama", result.median(Result.Pair::ours))
                .put("llama_cpp", result.median(Result.Pair::theirs));
        var pairs = node.putArray("pairs");
        for (var pair : result.pairs()) {
            pairs.addObject()
                    .put("panallama", pair.ours())
                    .put("llama_cpp", pair.theirs())
                    .put("ratio", pair.ratio())
                    .put("dropped", pair.dropped());
        }
    }

    /// {@return the table in Markdown}
    String table(List<Result> results) {
        var text = new StringBuilder();
        text.append(
                "| | threads | panallama | llama.cpp | ratio | min – max | pairs |\n|---|--:|--:|--:|--:|--:|--:|\n");
        for (var result : results) {
            text.append("| %s | %d | %s | %s | **%.3f** | %.3f – %.3f | %d |%n"
                    .formatted(
                            result.figure().title(),
                            result.threads(),
                            value(result, result.median(Result.Pair::ours)),
                            value(result, result.median(Result.Pair::theirs)),
                            result.median(Result.Pair::ratio),
                            result.least(),
                            result.most(),
                            result.kept().size()));
        }
        text.append(
                "\nratio: how many times as fast (or as small) as llama.cpp panallama is, the median of its pairs of runs.\n");
        for (var result : results) {
            for (var pair : result.dropped()) {
                text.append("dropped, one run below half of its side's median: %s, %d threads: %s against %s%n"
                        .formatted(
                                result.figure().title(),
                                result.threads(),
                                value(result, pair.ours()),
                                value(result, pair.theirs())));
            }
        }
        return text.toString();
    }

    private static String value(Result result, double value) {
        return (value < 1000 ? "%.1f %s" : "%,.0f %s")
                .formatted(value, result.figure().unit());
    }
}
