package io.github.panallama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.fixture.ChildJvm;
import io.github.panallama.fixture.Models;
import io.github.panallama.model.ModelOptions;
import io.github.panallama.sampling.Sampling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A program ends while a model generates: with its own status, at once, and without a crash on the way out.
@Timeout(120)
class ExitIT {
    /// How a program ends.
    enum End {
        EXIT,
        HALT,
        RETURN,
        UNCAUGHT
    }

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void aProgramEndsAsItWants(End end) throws Exception {
        for (int i = 0; i < 6; i++) {
            var process = start(end);
            try (var said = process.inputReader()) {
                assertTrue(process.waitFor(20, TimeUnit.SECONDS), "it hangs");
                var text = said.lines().collect(Collectors.joining("\n"));
                int status = end == End.RETURN ? 0 : end == End.UNCAUGHT ? 1 : 3;
                assertEquals(status, process.exitValue(), text);
                assertEquals(end == End.UNCAUGHT, text.contains("uncaught"), text);
            } finally {
                process.destroyForcibly();
            }
        }
        try (var files = java.nio.file.Files.list(folder)) {
            assertEquals(0, files.count(), "no crash report");
        }
    }

    private Process start(End end) throws IOException {
        return ChildJvm.of(
                        Program.class,
                        end.name(),
                        Models.file(GenerationIT.ENDLESS).toString())
                .directory(folder.toFile())
                .start();
    }

    /// Two models generate, one for a virtual thread, one for a daemon.
    static final class Program {
        public static void main(String[] arguments) throws InterruptedException {
            var options = ModelOptions.DEFAULT.withThreads(2);
            for (int i = 0; i < 2; i++) {
                var llama = Llama.load(Path.of(arguments[1]), options);
                var builder = i == 0 ? Thread.ofVirtual() : Thread.ofPlatform().daemon();
                builder.start(() -> llama.complete(
                        "a",
                        CompletionOptions.DEFAULT.withSampling(Sampling.GREEDY).withMaxTokens(-1)));
            }
            Thread.sleep(50);
            switch (End.valueOf(arguments[0])) {
                case EXIT -> System.exit(3);
                case HALT -> Runtime.getRuntime().halt(3);
                case RETURN -> {}
                case UNCAUGHT -> throw new IllegalStateException("uncaught");
            }
        }
    }
}
