package io.github.panallama.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The work that both sides do, and the texts for it.
final class Work {
    /// Tokens of a prompt.
    static final int PROMPT = 512;

    /// Tokens that are generated.
    static final int TOKENS = 128;

    /// Runs of one process where it is short, after one to warm up; their median is its figure.
    static final String RUNS = "3";

    /// How many ask at once.
    static final int CALLERS = 8;

    /// The context of one request over HTTP.
    static final int SERVED_CONTEXT = 512;

    private static final int SCORED = 6000; // characters: three windows of 512 tokens and something
    private static final int ASKED = 480; // characters: about 128 tokens
    private static final String QUESTION = "The capital of France is";

    private final String text;
    private final Path scored;

    private Work(String text, Path scored) {
        this.text = text;
        this.scored = scored;
    }

    /// @param documents texts of some ten thousand characters in all
    /// @param scratch where a part of them is put for scoring
    static Work of(List<Path> documents, Path scratch) throws IOException {
        var text = new StringBuilder();
        for (var document : documents) {
            text.append(Files.readString(document)).append('\n');
        }
        if (text.length() < SCORED) {
            throw new IOException("%s have %,d characters, %,d are needed".formatted(documents, text.length(), SCORED));
        }
        return new Work(text.toString(), Files.writeString(scratch, text.substring(0, SCORED)));
    }

    /// {@return a prompt that no other number has}
    String prompt(int number) {
        int from = Math.floorMod(number * 131, text.length() - ASKED);
        return "%d. %s".formatted(number, text.substring(from, from + ASKED));
    }

    List<Duel> duels(Ours ours, Theirs theirs) {
        return List.of(
                new Duel(
                        "decode",
                        "128 tokens one by one; theirs chooses none, ours chooses the likeliest",
                        List.of(
                                Figure.rate("decode", "decode, 128 tokens"),
                                Figure.memory("memory", "peak memory of that run")),
                        (threads, _) -> ours.decode(threads),
                        (threads, _) -> theirs.decode(threads)),
                new Duel(
                        "prompt",
                        "a prompt of 512 tokens",
                        List.of(Figure.rate("prompt", "prompt, 512 tokens")),
                        (threads, _) -> ours.prompt(threads),
                        (threads, _) -> theirs.prompt(threads)),
                new Duel(
                        "logprobs",
                        "128 tokens one by one; ours with 5 log-probabilities each, theirs with none",
                        List.of(Figure.rate("logprobs", "decode with 5 logprobs, 128 tokens")),
                        (threads, _) -> ours.logprobs(threads),
                        (threads, _) -> theirs.decode(threads)),
                new Duel(
                        "callers",
                        "8 sequences, each with a prompt of 128 tokens and 128 more",
                        List.of(
                                Figure.rate("callers", "8 callers, 128 + 128 tokens each"),
                                Figure.rate("callers_generated", "8 callers, generated")),
                        (threads, _) -> ours.callers(threads),
                        (threads, _) -> theirs.callers(threads)),
                new Duel(
                        "score",
                        "windows of 512 tokens, log-probabilities of half of them; tokens evaluated per second",
                        List.of(Figure.rate("score", "scoring, windows of 512 tokens")),
                        (threads, _) -> ours.score(threads, scored),
                        (threads, _) -> theirs.score(threads, scored)),
                new Duel(
                        "start",
                        "from the start of the process to the first byte of the answer; theirs without its warm-up",
                        List.of(Figure.time("start", "start to first byte")),
                        (threads, _) -> ours.start(threads, QUESTION),
                        (threads, _) -> theirs.start(threads, QUESTION)),
                new Duel(
                        "http",
                        "/v1/completions, streamed: a prompt of about 128 tokens, 128 more; 1 stream, then 8 at once",
                        Http.FIGURES,
                        (threads, pair) -> serve(ours.serve(threads), pair),
                        (threads, pair) -> serve(theirs.serve(threads), pair)));
    }

    private Map<String, Double> serve(Server server, int pair) throws IOException, InterruptedException {
        try (server) {
            return Http.measure(server.uri(), number -> prompt(pair * 1000 + number));
        } catch (IOException e) {
            throw server.failure(e);
        }
    }
}
