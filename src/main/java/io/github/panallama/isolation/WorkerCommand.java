package io.github.panallama.isolation;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.github.panallama.error.NativeLibraryException;
import io.github.panallama.ffi.load.NativeLibrary;
import java.io.File;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.JsonNode;

/// How a worker JVM is started: this JVM's own Java, and of the application's classes only ours and Jackson's.
final class WorkerCommand {
    /// The report of a fatal error goes where the parent reads it, not into a file of the working directory.
    private static final List<String> OPTIONS = List.of(
            "-XX:+UseSerialGC",
            "-Xms24m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+DisplayVMOutputToStderr",
            "-XX:+ErrorFileToStderr",
            "-XX:-CreateCoredumpOnCrash");

    private WorkerCommand() {}

    /// {@return a process that can be started}
    ///
    /// @throws NativeLibraryException if this JVM is an image without a launcher
    static ProcessBuilder builder() {
        var bin = Path.of(System.getProperty("java.home"), "bin");
        var java = Stream.of("java", "java.exe")
                .map(bin::resolve)
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new NativeLibraryException(
                        "an isolated model needs a Java launcher, and there is none in %s: make the image with its launcher, or load without isolation"
                                .formatted(bin)));
        var command = new ArrayList<String>();
        command.add(java.toString());
        command.addAll(OPTIONS);
        var library = System.getProperty(NativeLibrary.PROPERTY);
        if (library != null) {
            command.add("-D%s=%s".formatted(NativeLibrary.PROPERTY, library));
        }
        var main = WorkerMain.class.getName();
        var places = Stream.of(WorkerMain.class, JsonNode.class, JsonParser.class, JsonTypeInfo.class)
                .map(WorkerCommand::place)
                .distinct()
                .toList();
        if (places.stream().allMatch(place -> place.getScheme().equals("jrt"))) { // an image: they are in its modules
            command.addAll(List.of("--enable-native-access=panallama", "-m", "panallama/" + main));
        } else {
            var path = places.stream()
                    .map(place -> Path.of(place).toString())
                    .collect(Collectors.joining(File.pathSeparator));
            command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", path, main));
        }
        var builder = new ProcessBuilder(command);
        builder.environment().remove("JDK_JAVA_OPTIONS"); // the application's own launcher's
        return builder;
    }

    private static URI place(Class<?> type) {
        URL location = type.getProtectionDomain().getCodeSource().getLocation();
        try {
            return location.toURI();
        } catch (URISyntaxException e) {
            throw new NativeLibraryException(
                    "an isolated model's process cannot find the classes in %s: put the jars into plain files"
                            .formatted(location),
                    e);
        }
    }
}
