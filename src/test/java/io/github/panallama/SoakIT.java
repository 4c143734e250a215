package io.github.panallama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.fixture.Footprint;
import io.github.panallama.fixture.Models;
import io.github.panallama.fixture.RandomModel;
import io.github.panallama.fixture.TensorType;
import io.github.panallama.model.Isolation;
import io.github.panallama.model.ModelOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Load, complete, close, again and again: `panallama.soak.loads` times. Nothing grows.
@Timeout(1800)
class SoakIT {
    private static final int LOADS = Integer.getInteger("panallama.soak.loads", 300);
    private static final int SETTLED = LOADS / 3;
    private static final long MEGABYTE = 1 << 20;

    private static void once(ModelOptions options) {
        try (var llama = Llama.load(Models.file(RandomModel.of(TensorType.F32)), options)) {
            llama.complete("the", CompletionOptions.DEFAULT.withMaxTokens(4).withLogprobs(2));
        }
    }

    /// What the system counts: threads of native code too.
    private static long threads() throws IOException {
        var status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return Thread.getAllStackTraces().size();
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("Threads:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    @Test
    void aThousandLoads() throws IOException {
        var options = ModelOptions.DEFAULT.withThreads(1).withContextSize(256);
        var before = Footprint.now();
        long threads = 0;
        for (int i = 0; i < LOADS; i++) {
            once(options);
            if (i == SETTLED) {
                before = Footprint.now();
                threads = threads();
            }
        }
        var after = Footprint.now();
        System.out.printf("%d loads: %s after a third, %s at the end%n", LOADS, before, after);
        // The JVM's compiler takes some megabytes now and then; one model and its context that stay are half a one.
        assertTrue(after.heap() - before.heap() < 4 * MEGABYTE, before + " " + after);
        assertTrue(after.allocated() - before.allocated() < 8 * MEGABYTE, before + " " + after);
        assertTrue(threads() <= threads + 2, threads + " threads, then " + threads());
    }

    @Test
    void aHundredthAsManyWorkers() throws IOException {
        var options = ModelOptions.DEFAULT.withThreads(1).withContextSize(256).withIsolation(Isolation.PROCESS);
        long children = ProcessHandle.current().children().count();
        once(options);
        long threads = threads();
        for (int i = 0; i < LOADS / 100; i++) {
            once(options);
        }
        assertEquals(children, ProcessHandle.current().children().count());
        assertTrue(threads() <= threads + 2, threads + " threads, then " + threads());
    }
}
