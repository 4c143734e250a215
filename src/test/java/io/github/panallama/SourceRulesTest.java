package io.github.panallama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What the compiler does not check in our own sources.
class SourceRulesTest {
    private static final int MAX_LINES = 400;

    private static List<Path> sources() throws IOException {
        try (var main = Files.walk(Path.of("src/main/java"));
                var test = Files.walk(Path.of("src/test/java"));
                var jmh = Files.walk(Path.of("src/jmh/java"))) {
            return Stream.of(main, test, jmh)
                    .flatMap(files -> files)
                    .filter(f -> f.toString().endsWith(".java"))
                    .toList();
        }
    }

    private static List<String> violations(Rule rule) throws IOException {
        var found = new ArrayList<String>();
        for (var file : sources()) {
            var lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (rule.broken(lines, i)) {
                    found.add(file + ":" + (i + 1) + " " + lines.get(i).strip());
                }
            }
        }
        return found;
    }

    @FunctionalInterface
    private interface Rule {
        boolean broken(List<String> lines, int at);
    }

    @Test
    void thereAreSources() throws IOException {
        assertTrue(sources().size() > 50);
    }

    /// The formatter wraps an over-long `///` line into a plain comment: the rest silently leaves the documentation.
    @Test
    void docCommentsAreWhole() throws IOException {
        assertEquals(
                List.of(),
                violations((lines, i) -> i > 0
                        && lines.get(i).strip().matches("//(?!/).*")
                        && lines.get(i - 1).strip().startsWith("///")));
    }

    @Test
    void docCommentsAreMarkdown() throws IOException {
        assertEquals(
                List.of(),
                violations((lines, i) -> lines.get(i).strip().matches("///.*(\\{@code|\\{@link|<p>|<br>|</?b>).*")));
    }

    @Test
    void everySuppressionGivesItsReason() throws IOException {
        assertEquals(
                List.of(),
                violations((lines, i) -> lines.get(i).strip().startsWith("@SuppressWarnings")
                        && !lines.get(i).contains("//")));
    }

    @Test
    void noFileIsLong() throws IOException {
        assertEquals(List.of(), violations((lines, i) -> i == MAX_LINES));
    }
}
