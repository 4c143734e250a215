package io.github.panallama.bench.compare;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// llama.cpp's tools, set to what panallama does.
///
/// Equal by default on both sides: flash attention auto, a 16-bit KV cache, physical batches of 512 tokens, one
/// warm-up. Set here: the number of threads; a context of what the work needs (all round it up to 256 tokens a
/// sequence); one part of the KV cache for each sequence (`-no-kvu`), as panallama has it; and no prompt display,
/// page, or cache of old prompts.
///
/// @param folder where they are
/// @param model a GGUF file
record Theirs(Path folder, Path model) {
    /// Tokens one by one after nothing: 128 calls, each synchronized, nothing chosen. Its context is 128 tokens.
    Map<String, Double> decode(int threads) throws IOException, InterruptedException {
        var run = run("llama-bench", threads, "-p", "0", "-n", "" + Work.TOKENS, "-r", Work.RUNS, "-o", "jsonl");
        return Map.of("decode", rate(run), "logprobs", rate(run), "memory", run.peakMegabytes());
    }

    /// One call with 512 tokens, and the logits of the last one.
    Map<String, Double> prompt(int threads) throws IOException, InterruptedException {
        return Map.of(
                "prompt",
                rate(run("llama-bench", threads, "-p", "" + Work.PROMPT, "-n", "0", "-r", Work.RUNS, "-o", "jsonl")));
    }

    private static double rate(Tool.Run run) throws IOException {
        var rates = json(run)
                .get("samples_ts")
                .valueStream()
                .mapToDouble(JsonNode::asDouble)
                .sorted()
                .toArray();
        return rates[rates.length / 2];
    }

    /// All prompts in calls of up to 2,048 tokens (its default), then 128 steps for all sequences together. Ours
    /// needs 257 tokens a sequence, which llama.cpp makes 512: here as well.
    Map<String, Double> callers(int threads) throws IOException, InterruptedException {
        var json = json(run(
                "llama-batched-bench",
                threads,
                "-c",
                "" + 512 * Work.CALLERS,
                "-npp",
                "128",
                "-ntg",
                "128",
                "-npl",
                "" + Work.CALLERS,
                "-no-kvu",
                "--output-format",
                "jsonl"));
        return Map.of(
                "callers",
                json.get("speed").asDouble(),
                "callers_generated",
                json.get("speed_tg").asDouble());
    }

    /// Windows of 512 tokens, one at a time (`-b 512`; by default it would compute four together), the rows of the
    /// second half of each: what ours computes too, whose windows overlap by half so that every token is scored. So
    /// the figure is tokens evaluated per second. Timed from when its text has been made tokens to its result.
    Map<String, Double> score(int threads, Path text) throws IOException, InterruptedException {
        var run = run("llama-perplexity", threads, "-f", text.toString(), "-c", "512", "-b", "512");
        var begin = run.err().find("calculating perplexity over ");
        double millis = run.err().find("Final estimate").millis() - begin.millis();
        int chunks = Integer.parseInt(begin.text().replaceFirst(".* over (\\d+) chunks.*", "$1"));
        return Map.of("score", chunks * 512 * 1000 / millis);
    }

    /// Without the run to warm up that it would make by default, which ours does not make.
    Map<String, Double> start(int threads, String prompt) throws IOException, InterruptedException {
        var run = run(
                "llama-completion",
                threads,
                "-c",
                "512",
                "-p",
                prompt,
                "-n",
                "1",
                "--temp",
                "0",
                "-no-cnv",
                "--no-display-prompt",
                "--no-warmup");
        return Map.of("start", run.out().firstByte());
    }

    Server serve(int threads) throws IOException, InterruptedException {
        int port = freePort();
        var command = command(
                "llama-server",
                threads,
                "--port",
                "" + port,
                "-np",
                "" + Work.CALLERS,
                "-c",
                "" + Work.SERVED_CONTEXT * Work.CALLERS,
                "-no-kvu",
                "-cram",
                "0",
                "--no-ui");
        return Server.start(command, _ -> Optional.of("http://127.0.0.1:" + port));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static JsonNode json(Tool.Run run) throws IOException {
        return JsonMapper.shared().readTree(run.out().find("{").text());
    }

    private Tool.Run run(String tool, int threads, String... options) throws IOException, InterruptedException {
        return Tool.run(command(tool, threads, options));
    }

    private List<String> command(String tool, int threads, String... options) {
        var command = new ArrayList<>(List.of(folder.resolve(tool).toString(), "-m", model.toString()));
        command.addAll(List.of("-t", "" + threads));
        command.addAll(List.of(options));
        return command;
    }
}
