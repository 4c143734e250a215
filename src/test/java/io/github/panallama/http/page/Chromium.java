package io.github.panallama.http.page;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import tools.jackson.databind.json.JsonMapper;

/// A Chromium without a window and with a profile of its own, driven over its DevTools protocol.
final class Chromium implements AutoCloseable {
    private static final List<String> NAMES =
            List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
    private static final Path MAC = Path.of("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome");

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final Path profile;
    private final String port;

    private Chromium(Process process, Path profile) throws IOException {
        this.process = process;
        this.profile = profile;
        this.port = port(profile.resolve("DevToolsActivePort"));
    }

    /// {@return a running browser}
    ///
    /// Where there is none, the test is skipped with one line, or fails with `-Dpanallama.clients=required`.
    static Chromium start() throws IOException {
        var program = find();
        if (program.isEmpty()) {
            if ("required".equals(System.getProperty("panallama.clients"))) {
                throw new AssertionError("Chromium is required and there is none on the PATH");
            }
            return Assumptions.abort("skipped, there is no Chromium on the PATH");
        }
        var profile = Files.createTempDirectory("panallama-chromium");
        var process = new ProcessBuilder(
                        program.get().toString(),
                        "--headless=new",
                        "--no-sandbox", // it refuses to run as root with one, and opens nothing but our page
                        "--disable-dev-shm-usage",
                        "--disable-gpu",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return new Chromium(process, profile);
    }

    private static Optional<Path> find() {
        var path = System.getenv().getOrDefault("PATH", "");
        return Stream.concat(
                        NAMES.stream().flatMap(name -> Arrays.stream(path.split(java.io.File.pathSeparator, -1))
                                .map(folder -> Path.of(folder, name))),
                        Stream.of(MAC))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static String port(Path file) throws IOException {
        var end = Instant.now().plus(Duration.ofSeconds(60));
        while (Instant.now().isBefore(end)) {
            var lines = Files.exists(file) ? Files.readAllLines(file) : List.<String>of();
            if (lines.size() == 2) {
                return lines.getFirst();
            }
            pause();
        }
        throw new AssertionError("Chromium did not come up within a minute");
    }

    /// {@return a new tab that shows a page}
    Tab open(URI page) throws IOException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/new?about:blank"))
                .PUT(HttpRequest.BodyPublishers.noBody())
                .build();
        try {
            var target =
                    http.send(request, HttpResponse.BodyHandlers.ofString()).body();
            var socket = JsonMapper.shared()
                    .readTree(target)
                    .get("webSocketDebuggerUrl")
                    .asString();
            return new Tab(new DevTools(http, URI.create(socket)), page);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() throws IOException {
        var helpers = process.descendants().toList(); // they write into the profile, some after the browser has gone
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            for (var helper : helpers) {
                helper.destroyForcibly();
                helper.onExit().get(10, TimeUnit.SECONDS);
            }
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
        http.close();
        try (var files = Files.walk(profile)) {
            files.sorted(Comparator.reverseOrder()).forEach(Chromium::delete);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
