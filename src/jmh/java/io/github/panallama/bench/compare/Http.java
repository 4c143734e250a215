package io.github.panallama.bench.compare;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Streams from a server: when the first token comes, and how many come per second. The same client for both.
final class Http {
    /// What is measured.
    static final List<Figure> FIGURES = List.of(
            Figure.time("http_first", "HTTP, 1 stream: first token"),
            Figure.rate("http", "HTTP, 1 stream"),
            Figure.time("http_first_8", "HTTP, 8 streams: first token, the slowest"),
            Figure.rate("http_8", "HTTP, 8 streams, all together"));

    private Http() {}

    /// A stream that has ended.
    ///
    /// @param start when it was asked for, in nanoseconds
    /// @param first when its first token came
    /// @param last when its last token came
    /// @param tokens how many, as the server counts them
    private record Stream(long start, long first, long last, int tokens) {
        double firstMillis() {
            return (first - start) / 1e6;
        }
    }

    /// @param prompt a prompt for every number, no two alike
    static Map<String, Double> measure(String uri, IntFunction<String> prompt)
            throws IOException, InterruptedException {
        var _ = stream(client(), uri, prompt.apply(0), 8); // warm-up
        var one = stream(client(), uri, prompt.apply(1), Work.TOKENS);
        var tasks = new ArrayList<Callable<Stream>>();
        for (int i = 0; i < Work.CALLERS; i++) {
            var client = client();
            var text = prompt.apply(2 + i);
            tasks.add(() -> stream(client, uri, text, Work.TOKENS));
        }
        long start = System.nanoTime();
        var all = new ArrayList<Stream>();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var task : executor.invokeAll(tasks)) {
                all.add(task.get());
            }
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
        long end = all.stream().mapToLong(Stream::last).max().orElse(start);
        return Map.of(
                "http_first",
                one.firstMillis(),
                "http",
                (one.tokens - 1) * 1e9 / (one.last - one.first),
                "http_first_8",
                all.stream().mapToDouble(Stream::firstMillis).max().orElse(Double.NaN),
                "http_8",
                all.stream().mapToInt(Stream::tokens).sum() * 1e9 / (end - start));
    }

    /// For one stream: a connection that is kept could be closed by the server just when it is used again.
    private static HttpClient client() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    private static Stream stream(HttpClient client, String uri, String prompt, int tokens)
            throws IOException, InterruptedException {
        var body = JsonMapper.shared()
                .writeValueAsString(Map.of(
                        "model",
                        "any",
                        "prompt",
                        prompt,
                        "max_tokens",
                        tokens,
                        "temperature",
                        0,
                        "stream",
                        true,
                        "stream_options",
                        Map.of("include_usage", true)));
        var request = HttpRequest.newBuilder(URI.create(uri + "/v1/completions"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
        long start = System.nanoTime();
        try (client) {
            return read(client.send(request, BodyHandlers.ofLines()), uri, start);
        }
    }

    private static Stream read(HttpResponse<java.util.stream.Stream<String>> response, String uri, long start)
            throws IOException {
        if (response.statusCode() != 200) {
            var said = response.body().limit(5).toList();
            throw new IOException("%s answers %d: %s".formatted(uri, response.statusCode(), said));
        }
        return read(response.body().iterator(), start);
    }

    private static Stream read(Iterator<String> lines, long start) throws IOException {
        long first = 0;
        long last = 0;
        int tokens = 0;
        while (lines.hasNext()) {
            var line = lines.next();
            if (!line.startsWith("data: ") || line.equals("data: [DONE]")) {
                continue;
            }
            var event = JsonMapper.shared().readTree(line.substring("data: ".length()));
            if (hasText(event)) {
                last = System.nanoTime();
                first = first == 0 ? last : first;
            }
            tokens = event.path("usage").path("completion_tokens").asInt(tokens);
        }
        if (tokens < 2 || first == 0) {
            throw new IOException("the server sent %d tokens, or did not say how many".formatted(tokens));
        }
        return new Stream(start, first, last, tokens);
    }

    private static boolean hasText(JsonNode event) {
        return !event.path("choices").path(0).path("text").asString("").isEmpty();
    }
}
