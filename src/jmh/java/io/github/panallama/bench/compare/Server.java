package io.github.panallama.bench.compare;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// A server that has been started and answers.
///
/// @param command how it was started
/// @param process it
/// @param uri where it listens
/// @param err what it says
record Server(List<String> command, Process process, String uri, Output err) implements AutoCloseable {
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(5);
    private static final long POLL_MILLIS = 50;

    /// Starts a server and waits until its `/health` says that it is ready.
    ///
    /// @param uri reads where it listens from its output, once it is there
    static Server start(List<String> command, Function<Output, Optional<String>> uri)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        var process = new ProcessBuilder(command).start();
        try (var client = HttpClient.newHttpClient()) {
            var out = Output.of(process.getInputStream(), start);
            var err = Output.of(process.getErrorStream(), start);
            while (process.isAlive() && System.nanoTime() - start < PATIENCE_NANOS) {
                var found = uri.apply(out);
                if (found.isPresent() && isHealthy(client, found.get())) {
                    return new Server(command, process, found.get(), err);
                }
                Thread.sleep(POLL_MILLIS);
            }
            throw new Tool.Failure(command, "does not serve", err.lines());
        } catch (Throwable e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static boolean isHealthy(HttpClient client, String uri) throws InterruptedException {
        try {
            var request = HttpRequest.newBuilder(URI.create(uri + "/health")).build();
            return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) { // it does not listen yet
            return false;
        }
    }

    /// {@return a failure to get an answer, with what the server said last}
    Tool.Failure failure(IOException e) {
        return new Tool.Failure(command, "does not answer as it should: " + e.getMessage(), err.lines());
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
