package io.github.panallama.http.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.opentest4j.TestAbortedException;

/// Runs the scripts of `src/test/clients`, whose packages it installs into `build/clients` when they are missing or
/// other ones are asked for.
///
/// Without the tool or its packages the test is skipped with one line, or fails with `-Dpanallama.clients=required`.
final class ClientTools {
    private static final Path SCRIPTS = Path.of("src/test/clients");
    private static final Path INSTALLED = Path.of("build/clients");
    private static final Path OUTPUT = Path.of("target/clients");
    private static final Duration INSTALLING = Duration.ofMinutes(5);
    private static final Set<String> SAID = ConcurrentHashMap.newKeySet();

    private ClientTools() {}

    /// Runs a script of Node with one of the clients of `package.json`.
    static void node(String sdk, String script, Servers servers) {
        var folder = nodeModules();
        var file = SCRIPTS.resolve("node").resolve(script);
        var environment = Map.of(
                "PANALLAMA_SDK",
                sdk,
                "PANALLAMA_MODULES",
                folder.toAbsolutePath().toString(),
                "NODE_OPTIONS",
                "");
        var command = List.of("node", "--test-reporter=spec", file.toString());
        check(sdk + "-" + script, command, environment, servers, Duration.ofMinutes(2));
    }

    /// Runs a script of Python with the packages of one of the lists beside it.
    static void python(String packages, String script, Servers servers) {
        var command = List.of(
                "python3", "-s", SCRIPTS.resolve("python").resolve(script).toString());
        check(packages + "-" + script, command, pythonPath(packages), servers, Duration.ofMinutes(2));
    }

    /// The packages of `package.json`.
    static Path nodeModules() {
        var manifests = List.of(SCRIPTS.resolve("node/package.json"), SCRIPTS.resolve("node/package-lock.json"));
        return installed("node", "node", manifests, folder -> {
            for (var manifest : manifests) {
                Files.copy(manifest, folder.resolve(manifest.getFileName()));
            }
            var command = List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error");
            return start("npm", command, Map.of(), folder, INSTALLING);
        });
    }

    /// The environment in which Python finds the packages of a list.
    static Map<String, String> pythonPath(String packages) {
        var list = SCRIPTS.resolve("python").resolve(packages + ".txt");
        var folder = installed("python3", packages, List.of(list), target -> {
            var command = List.of(
                    "python3",
                    "-m",
                    "pip",
                    "install",
                    "--quiet",
                    "--disable-pip-version-check",
                    "--no-input",
                    "--no-deps",
                    "--only-binary=:all:",
                    "--target",
                    ".",
                    "-r",
                    list.toAbsolutePath().toString());
            return start("pip", command, Map.of("PIP_ROOT_USER_ACTION", "ignore"), target, INSTALLING);
        });
        return Map.of("PYTHONPATH", folder.toAbsolutePath().toString(), "PYTHONDONTWRITEBYTECODE", "1");
    }

    private interface Install {
        Result into(Path folder) throws IOException;
    }

    /// A folder with what an installation puts there, done anew when the manifests or the tool have changed.
    private static synchronized Path installed(String tool, String name, List<Path> manifests, Install install) {
        try {
            var version = version(tool);
            var folder = INSTALLED.resolve(name);
            var stamp = folder.resolve("installed");
            var wanted = version + " " + digest(manifests);
            if (Files.exists(stamp) && Files.readString(stamp).equals(wanted)) {
                return folder;
            }
            delete(folder);
            var result = install.into(Files.createDirectories(folder));
            if (result.status() != 0) {
                var lines = result.output().strip().lines().toList();
                throw unavailable("what needs the packages of %s, which cannot be installed: %s"
                        .formatted(name, lines.isEmpty() ? "no message" : lines.getLast()));
            }
            Files.writeString(stamp, wanted);
            return folder;
        } catch (IOException e) {
            throw unavailable(
                    "what needs the packages of %s, which cannot be installed: %s".formatted(name, e.getMessage()));
        }
    }

    private static String version(String tool) {
        try {
            var version = start(tool, List.of(tool, "--version"), Map.of(), Path.of("."), Duration.ofSeconds(20));
            if (version.status() == 0) {
                return version.output().strip();
            }
        } catch (IOException _) {
            // said below
        }
        throw unavailable("what needs %s, which is not there".formatted(tool));
    }

    private static TestAbortedException unavailable(String why) {
        if ("required".equals(System.getProperty("panallama.clients"))) {
            throw new AssertionError("the clients are required, and this would be skipped: " + why);
        }
        if (SAID.add(why)) {
            System.out.println("skipped: " + why);
        }
        return new TestAbortedException("skipped: " + why);
    }

    private static void check(
            String name, List<String> command, Map<String, String> environment, Servers servers, Duration time) {
        try {
            var variables = new java.util.HashMap<>(environment);
            variables.put(
                    "PANALLAMA_SERVERS",
                    servers.describe(OUTPUT).toAbsolutePath().toString());
            var result = start(name, command, variables, Path.of("."), time);
            assertEquals(0, result.status(), () -> name + ":\n" + result.output());
        } catch (IOException e) {
            throw new AssertionError(name + " cannot be run", e);
        }
    }

    /// How a command ended, 124 when its time was over, and all that it said.
    record Result(int status, String output) {}

    /// Runs a command without this process's keys and proxies; what it says is kept under `target/clients`.
    static Result start(String name, List<String> command, Map<String, String> environment, Path folder, Duration time)
            throws IOException {
        var log = Files.createDirectories(OUTPUT).resolve(name + ".log");
        var builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(key -> key.startsWith("ANTHROPIC_") || key.startsWith("OPENAI_"));
        builder.environment().put("NO_PROXY", "127.0.0.1,localhost");
        builder.environment().putAll(environment);
        var process = builder.start();
        try {
            boolean ended = process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
            return new Result(ended ? process.exitValue() : 124, Files.readString(log));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static String digest(List<Path> files) throws IOException {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (var file : files) {
                digest.update(Files.readString(file).getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            var files = new ArrayList<Path>();
            try (var all = Files.walk(folder)) {
                files.addAll(all.sorted(Comparator.reverseOrder()).collect(Collectors.toList()));
            }
            for (var file : files) {
                Files.delete(file);
            }
        }
    }
}
