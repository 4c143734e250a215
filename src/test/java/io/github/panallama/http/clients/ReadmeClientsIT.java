package io.github.panallama.http.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Runs the README's examples of clients against a server, as a reader would.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReadmeClientsIT {
    private static final Path OUTPUT = Path.of("target/clients");
    private static final Duration TIME = Duration.ofMinutes(2);

    @AutoClose
    private final Servers servers = Servers.start("prose");

    private static Stream<String> blocks(String language) throws IOException {
        return Pattern.compile("(?ms)^```%s\n(.*?)^```".formatted(language))
                .matcher(Files.readString(Path.of("README.md")))
                .results()
                .map(match -> match.group(1))
                .filter(block -> block.contains("127.0.0.1:8080"));
    }

    static Stream<String> python() throws IOException {
        return blocks("python");
    }

    static Stream<String> js() throws IOException {
        return blocks("js");
    }

    static Stream<String> java() throws IOException {
        return blocks("java");
    }

    static Stream<String> curl() throws IOException {
        return blocks("sh").flatMap(String::lines).filter(line -> line.startsWith("curl"));
    }

    @Test
    void thereAreExamples() throws IOException {
        assertTrue(python().count() >= 2 && js().count() >= 1 && java().count() >= 1 && curl().count() >= 2);
    }

    @ParameterizedTest
    @MethodSource
    void python(String source) throws IOException {
        var packages = source.contains("anthropic") ? "anthropic-2" : "openai-3";
        run("py", source, ClientTools.pythonPath(packages), Path.of("."), "python3", "-s");
    }

    /// The packages are installed under names that tell versions apart.
    @ParameterizedTest
    @MethodSource
    void js(String source) throws IOException {
        var folder = ClientTools.nodeModules();
        var installed = source.replace("\"@anthropic-ai/sdk\"", "\"anthropic-1\"");
        var file = folder.resolve("readme.mjs");
        Files.writeString(file, here(installed));
        succeeds(ClientTools.start("readme-js", List.of("node", "readme.mjs"), Map.of(), folder, TIME));
    }

    @ParameterizedTest
    @MethodSource
    void java(String source) throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var path = Stream.of(System.getProperty("java.class.path"), System.getProperty("jdk.module.path", ""))
                .filter(part -> !part.isEmpty())
                .reduce((a, b) -> a + File.pathSeparator + b)
                .orElseThrow();
        run("java", source, Map.of(), Path.of("."), java, "-cp", path);
    }

    @ParameterizedTest
    @MethodSource
    void curl(String line) throws IOException {
        var result = ClientTools.start("readme-curl", List.of("bash", "-c", here(line)), Map.of(), Path.of("."), TIME);
        succeeds(result);
        assertFalse(result.output().contains("\"error\""), result::output);
    }

    private void run(String suffix, String source, Map<String, String> environment, Path folder, String... command)
            throws IOException {
        var file = Files.createDirectories(OUTPUT).resolve("Readme." + suffix);
        Files.writeString(file, here(source));
        var whole =
                Stream.concat(Stream.of(command), Stream.of(file.toString())).toList();
        succeeds(ClientTools.start("readme-" + suffix, whole, environment, folder, TIME));
    }

    private String here(String source) {
        return source.replace("http://127.0.0.1:8080", servers.uri("prose").toString());
    }

    private static void succeeds(ClientTools.Result result) {
        assertEquals(0, result.status(), result::output);
        assertFalse(result.output().isBlank());
    }
}
