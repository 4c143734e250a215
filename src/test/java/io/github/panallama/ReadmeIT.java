package io.github.panallama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.fixture.Models;
import io.github.panallama.fixture.RealModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Runs every example of the README and of the pages in `docs`, as a reader would.
class ReadmeIT {
    private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern SHELL = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);

    private record Result(int status, String out, String err) {}

    private static List<Path> pages() throws IOException {
        try (var docs = Files.list(Path.of("docs"))) {
            var pages = docs.filter(file -> file.toString().endsWith(".md")).sorted();
            return Stream.concat(Stream.of(Path.of("README.md")), pages).toList();
        }
    }

    private static List<String> blocks(Pattern pattern) throws IOException {
        var blocks = new ArrayList<String>();
        for (var page : pages()) {
            pattern.matcher(Files.readString(page))
                    .results()
                    .map(MatchResult::group)
                    .map(block -> block.lines()
                            .skip(1)
                            .filter(line -> !line.equals("```"))
                            .reduce("", (a, b) -> a + b + "\n"))
                    .forEach(blocks::add);
        }
        return blocks;
    }

    static Stream<String> programs() throws IOException {
        return blocks(JAVA).stream().filter(block -> block.contains("import module panallama;"));
    }

    static Stream<String> commands() throws IOException {
        return blocks(SHELL).stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith("scripts/llama"))
                .filter(line -> !line.startsWith("scripts/llama serve")); // it does not end: ServeIT
    }

    private static Result run(Path folder, String... command) throws IOException, InterruptedException {
        var out = Files.createTempFile("readme", ".out");
        var err = Files.createTempFile("readme", ".err");
        try {
            var builder = new ProcessBuilder(command);
            builder.environment().put("PANALLAMA_AOT", "off"); // leaves nothing running behind
            var process = builder.directory(folder.toFile())
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            assertTrue(process.waitFor(5, TimeUnit.MINUTES), () -> List.of(command) + " does not end");
            return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static void succeeds(Result result) {
        assertEquals(0, result.status(), result::err);
        assertFalse(result.out().isBlank());
    }

    @Test
    void thereAreExamples() throws IOException {
        assertTrue(programs().count() >= 15);
        assertTrue(commands().count() >= 15);
    }

    @ParameterizedTest
    @MethodSource("programs")
    void program(String source, @TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("Example.java"), source);
        Files.createSymbolicLink(folder.resolve("model.gguf"), Models.file(Models.chat()));
        var result = run(
                folder,
                java(),
                "--module-path",
                System.getProperty("jdk.module.path"),
                "--add-modules=ALL-MODULE-PATH",
                "--enable-native-access=panallama",
                "-Dpanallama.library.path=" + System.getProperty("panallama.library.path"),
                "Example.java");
        succeeds(result);
        assertEquals("", result.err(), "loading and generating print nothing");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void command(String command) throws Exception {
        var _ = RealModel.smollm2();
        // a reply ends where the model ends it, which for a model this small can be the end of the context
        var bounded = command.startsWith("scripts/llama run") ? command + " --max-tokens 32" : command;
        succeeds(run(Path.of("").toAbsolutePath(), "bash", "-c", bounded));
    }

    /// The line that starts a program from the jars of `build/app`.
    @Test
    void theJarsRunAProgram(@TempDir Path folder) throws Exception {
        var line = blocks(SHELL).stream()
                .filter(block -> block.contains("Hello.java"))
                .findFirst()
                .orElseThrow();
        Files.writeString(folder.resolve("Hello.java"), blocks(JAVA).getFirst());
        Files.createSymbolicLink(folder.resolve("model.gguf"), Models.file(Models.chat()));
        Files.createSymbolicLink(folder.resolve("build"), Path.of("build").toAbsolutePath());
        succeeds(run(folder, "bash", "-c", line.replaceFirst("java", java())));
    }
}
