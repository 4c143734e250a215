package io.github.panallama.http.server;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/// Counts since the start, as Prometheus reads them.
final class Metrics {
    private static final double[] BOUNDS = {0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120};

    private record Kind(String route, int status) implements Comparable<Kind> {
        @Override
        public int compareTo(Kind other) {
            int byRoute = route.compareTo(other.route);
            return byRoute == 0 ? Integer.compare(status, other.status) : byRoute;
        }
    }

    private final Map<Kind, Long> requests = new TreeMap<>();
    private final long[] durations = new long[BOUNDS.length + 1];
    private double seconds;
    private long promptTokens;
    private long generatedTokens;
    private long evaluatedTokens;
    private long decodedTokens;
    private double promptSeconds;
    private double decodeSeconds;
    private int inFlight;

    /// Notes that a request is being handled.
    synchronized void begun() {
        inFlight++;
    }

    /// Notes that it is not any more.
    synchronized void left() {
        inFlight--;
    }

    /// Counts a request that has been answered.
    ///
    /// @param call whose path counts only if it has a route: others are without number
    synchronized void record(Call call) {
        requests.merge(new Kind(call.route().map(Route::path).orElse("other"), call.status()), 1L, Long::sum);
        duration(call.time());
        call.served().ifPresent(served -> {
            promptTokens += served.usage().promptTokens();
            generatedTokens += served.usage().completionTokens();
            evaluatedTokens += served.timings().promptTokens();
            decodedTokens += served.timings().decodedTokens();
            promptSeconds += seconds(served.timings().prompt());
            decodeSeconds += seconds(served.timings().decode());
        });
    }

    private void duration(Duration time) {
        double taken = seconds(time);
        int bucket = 0;
        while (bucket < BOUNDS.length && taken > BOUNDS[bucket]) {
            bucket++;
        }
        durations[bucket]++;
        seconds += taken;
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }

    /// {@return all of it in Prometheus' text format}
    synchronized String text() {
        var text = new StringBuilder();
        head(text, "requests_total", "counter", "Requests answered.");
        requests.forEach((kind, count) -> text.append("panallama_requests_total{route=\"%s\",status=\"%d\"} %d\n"
                .formatted(kind.route(), kind.status(), count)));
        value(text, "requests_in_flight", "gauge", "Requests being answered.", inFlight);
        head(text, "request_duration_seconds", "histogram", "From the head of a request to the end of its answer.");
        long sum = 0;
        for (int i = 0; i < durations.length; i++) {
            sum += durations[i];
            text.append("panallama_request_duration_seconds_bucket{le=\"%s\"} %d\n"
                    .formatted(i < BOUNDS.length ? BOUNDS[i] : "+Inf", sum));
        }
        text.append("panallama_request_duration_seconds_sum %s\npanallama_request_duration_seconds_count %d\n"
                .formatted(seconds, sum));
        value(text, "prompt_tokens_total", "counter", "Tokens of prompts.", promptTokens);
        value(text, "generated_tokens_total", "counter", "Tokens generated.", generatedTokens);
        value(text, "prompt_evaluated_tokens_total", "counter", "Tokens of prompts evaluated.", evaluatedTokens);
        value(text, "prompt_seconds_total", "counter", "Time evaluating prompts.", promptSeconds);
        value(text, "decoded_tokens_total", "counter", "Tokens after the first.", decodedTokens);
        value(text, "decode_seconds_total", "counter", "Time from first to last tokens.", decodeSeconds);
        return text.toString();
    }

    private static void value(StringBuilder text, String name, String type, String help, Number value) {
        head(text, name, type, help);
        text.append("panallama_%s %s\n".formatted(name, value));
    }

    private static void head(StringBuilder text, String name, String type, String help) {
        text.append("# HELP panallama_%s %s\n# TYPE panallama_%s %s\n".formatted(name, help, name, type));
    }
}
