package io.github.panallama.bench.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `scripts/llama`, as a user runs it.
///
/// @param script where it is
/// @param model a GGUF file
record Ours(Path script, Path model) {
    /// {@return the file of a model, pulled if need be; without a name, of the default one}
    static Path model(Path script, List<String> name) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(script.toString(), "pull", "-q"));
        command.addAll(name);
        return Path.of(Tool.run(command).out().text().strip());
    }

    /// {@return what `doctor` says about this machine}
    JsonNode machine() throws IOException, InterruptedException {
        return JsonMapper.shared()
                .readTree(Tool.run(List.of(script.toString(), "doctor", "--json"))
                        .out()
                        .text());
    }

    /// {@return what `bench` says}
    ///
    /// @param test which
    JsonNode bench(String test, String... options) throws IOException, InterruptedException {
        return report(runBench(test, options));
    }

    private Tool.Run runBench(String test, String... options) throws IOException, InterruptedException {
        boolean isShort = Set.of("decode", "logprobs", "prompt").contains(test);
        var all = new ArrayList<>(List.of("--only", test, "--json", "--repetitions", isShort ? Work.RUNS : "1"));
        all.addAll(List.of(options));
        return run("bench", all.toArray(String[]::new));
    }

    private static JsonNode report(Tool.Run run) {
        return JsonMapper.shared().readTree(run.out().text());
    }

    /// {@return the median of a test in what `bench` said}
    static double figure(JsonNode report, String test) throws IOException {
        for (var row : report.get("rows")) {
            if (row.get("test").asString().equals(test)) {
                return row.get("median").asDouble();
            }
        }
        throw new IOException("scripts/llama bench has no figure for " + test);
    }

    Map<String, Double> decode(int threads) throws IOException, InterruptedException {
        var run = runBench("decode", "--threads", "" + threads);
        return Map.of("decode", figure(report(run), "decode"), "memory", run.peakMegabytes());
    }

    Map<String, Double> logprobs(int threads) throws IOException, InterruptedException {
        return Map.of("logprobs", figure(bench("logprobs", "--threads", "" + threads), "logprobs"));
    }

    Map<String, Double> prompt(int threads) throws IOException, InterruptedException {
        return Map.of("prompt", figure(bench("prompt", "--threads", "" + threads), "prompt"));
    }

    Map<String, Double> callers(int threads) throws IOException, InterruptedException {
        var report = bench("callers", "--callers", "" + Work.CALLERS, "--threads", "" + threads);
        return Map.of("callers", figure(report, "callers"), "callers_generated", figure(report, "callers_generated"));
    }

    Map<String, Double> score(int threads, Path text) throws IOException, InterruptedException {
        return Map.of("score", figure(bench("score", "--file", text.toString(), "--threads", "" + threads), "score"));
    }

    Map<String, Double> start(int threads, String prompt) throws IOException, InterruptedException {
        var run = run(
                "complete",
                "--ctx-size",
                "512",
                "--temperature",
                "0",
                "--max-tokens",
                "1",
                "--threads",
                "" + threads,
                prompt);
        return Map.of("start", run.out().firstByte());
    }

    /// Its server says where it listens once it does.
    Server serve(int threads) throws IOException, InterruptedException {
        return Server.start(
                command(
                        "serve",
                        "--port",
                        "0",
                        "--parallel",
                        "" + Work.CALLERS,
                        "--ctx-size",
                        "" + Work.SERVED_CONTEXT,
                        "--threads",
                        "" + threads),
                out -> out.lines().stream()
                        .filter(line -> line.startsWith("listening on "))
                        .map(line -> line.substring("listening on ".length()).strip())
                        .findFirst());
    }

    private Tool.Run run(String name, String... options) throws IOException, InterruptedException {
        return Tool.run(command(name, options));
    }

    private List<String> command(String name, String... options) {
        var command = new ArrayList<>(List.of(script.toString(), name, "-q", "-m", model.toString()));
        command.addAll(List.of(options));
        return command;
    }
}
