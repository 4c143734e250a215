package io.github.panallama;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;

/// The package map of the README, as a test: who uses whom, exactly. Equality, so that the map cannot become fiction.
class PackageMapTest {
    private static final Pattern MAP = Pattern.compile("```map\n(.*?)```", Pattern.DOTALL);
    private static final Pattern EDGE =
            Pattern.compile(" +io\\.github\\.panallama\\.?(\\S*) +-> io\\.github\\.panallama\\.?(\\S*) .*");

    @Test
    void dependenciesAreTheMap() throws IOException {
        var readme = MAP.matcher(Files.readString(Path.of("README.md")));
        assertTrue(readme.find(), "README.md has a ```map block");
        var out = new StringWriter();
        int status = ToolProvider.findFirst("jdeps")
                .orElseThrow()
                .run(
                        new PrintWriter(out),
                        new PrintWriter(out),
                        "--multi-release",
                        "25",
                        "--module-path",
                        System.getProperty("jdk.module.path"),
                        "-verbose:package",
                        "-filter:none",
                        "target/classes");
        assertEquals(0, status, out::toString);
        var edges = out.toString()
                .lines()
                .map(EDGE::matcher)
                .filter(m -> m.matches() && !m.group(1).equals(m.group(2)))
                .collect(groupingBy(
                        m -> name(m.group(1)),
                        TreeMap::new,
                        mapping(m -> name(m.group(2)), toCollection(TreeSet::new))));
        assertEquals(readme.group(1), draw(edges));
    }

    private static String name(String suffix) {
        return suffix.isEmpty() ? "(root)" : suffix;
    }

    private static String draw(Map<String, ? extends Set<String>> edges) {
        var map = new StringBuilder();
        edges.forEach((from, to) -> map.append("%-10s -> %s\n".formatted(from, String.join(" ", to))));
        return map.toString();
    }
}
