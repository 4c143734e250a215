package io.github.panallama;

import static io.github.panallama.Failures.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.error.WorkerDiedException;
import io.github.panallama.fixture.ChildJvm;
import io.github.panallama.fixture.Models;
import io.github.panallama.fixture.RandomModel;
import io.github.panallama.fixture.TensorType;
import io.github.panallama.model.Isolation;
import io.github.panallama.model.ModelOptions;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// The process that an isolated model is in dies; this one does not.
@Timeout(120)
class WorkerDeathIT {
    private static final ModelOptions APART =
            ModelOptions.DEFAULT.withThreads(1).withIsolation(Isolation.PROCESS);
    private static final CompletionOptions ENDLESS = GenerationIT.OPTIONS;

    @TempDir
    private Path folder;

    private static Set<ProcessHandle> workers() {
        return ProcessHandle.current().children().collect(Collectors.toSet());
    }

    /// The one that a model was just loaded in.
    private static ProcessHandle started(Set<ProcessHandle> before) {
        var now = workers();
        now.removeAll(before);
        assertEquals(1, now.size(), now::toString);
        return now.iterator().next();
    }

    @Test
    void whatRanIsLostAndTheNextCallGoesOn() throws Exception {
        var before = workers();
        try (var llama = Llama.load(Models.file(GenerationIT.ENDLESS), APART.withParallel(4));
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var worker = started(before);
            var running = new ArrayList<Future<?>>();
            for (int i = 0; i < 8; i++) { // four of them wait
                running.add(callers.submit(() -> llama.complete("a", ENDLESS)));
            }
            var streamed = llama.generate("a", ENDLESS.withMaxTokens(3));
            Thread.sleep(300);
            assertTrue(worker.destroyForcibly());
            for (var caller : running) {
                var failure = fails(ExecutionException.class, caller::get);
                fails(
                        WorkerDiedException.class,
                        () -> {
                            throw failure.getCause();
                        },
                        "SIGKILL",
                        "" + worker.pid(),
                        "next call starts a new one");
            }
            fails(WorkerDiedException.class, streamed::result, "SIGKILL");
            assertEquals(
                    2, llama.complete("a", ENDLESS.withMaxTokens(2)).tokens().size());
            assertNotEquals(worker.pid(), started(before).pid());
        }
        assertTrue(workers().equals(before), "none is left");
    }

    @Test
    void manyDeathsAndManyCallers() throws Exception {
        var before = workers();
        try (var llama = Llama.load(Models.file(GenerationIT.ENDLESS), APART.withParallel(4));
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = new ArrayList<Future<Integer>>();
            for (int i = 0; i < 12; i++) {
                answers.add(callers.submit(() -> {
                    int done = 0;
                    while (done < 20) {
                        try {
                            assertEquals(
                                    20,
                                    llama.complete("a", ENDLESS.withMaxTokens(20))
                                            .tokens()
                                            .size());
                            done++;
                        } catch (WorkerDiedException e) { // again
                            Thread.sleep(1);
                        }
                    }
                    return done;
                }));
            }
            for (int i = 0; i < 4; i++) {
                Thread.sleep(400);
                var now = workers();
                now.removeAll(before);
                now.forEach(ProcessHandle::destroyForcibly);
            }
            for (var answer : answers) {
                assertEquals(20, answer.get());
            }
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aModelFileThatShrinksWhileItIsMapped() throws IOException {
        var file = folder.resolve("shrinks.gguf");
        Files.copy(Models.file(RandomModel.of(TensorType.F32)), file);
        long size = Files.size(file);
        var content = Files.readAllBytes(file);
        try (var llama = Llama.load(file, APART.withContextSize(256))) {
            try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(size / 4);
            }
            fails(
                    WorkerDiedException.class,
                    () -> llama.complete("a", CompletionOptions.DEFAULT.withMaxTokens(20)),
                    "SIGBUS",
                    "libpan-ggml");
            Files.write(file, content);
            assertEquals(
                    1,
                    llama.complete(
                                    "a",
                                    CompletionOptions.DEFAULT.withMaxTokens(1).withIgnoreEos(true))
                            .tokens()
                            .size());
        }
    }

    @Test
    void aWorkerGoesWhenItsParentIsKilled() throws Exception {
        var parent = ChildJvm.of(Orphan.class, Models.file(GenerationIT.ENDLESS).toString())
                .start();
        try (var said = parent.inputReader()) {
            var line = said.readLine();
            assertTrue(line != null && line.startsWith("worker "), line);
            var worker = ProcessHandle.of(Long.parseLong(line.substring(7))).orElseThrow();
            assertTrue(worker.isAlive());
            parent.destroyForcibly().waitFor();
            for (int i = 0; i < 100 && worker.isAlive(); i++) {
                Thread.sleep(50);
            }
            assertFalse(worker.isAlive());
        }
    }

    /// A program with an isolated model that generates until it is killed.
    static final class Orphan {
        public static void main(String[] arguments) {
            try (var llama = Llama.load(Path.of(arguments[0]), APART)) {
                System.out.println("worker "
                        + ProcessHandle.current()
                                .children()
                                .findFirst()
                                .orElseThrow()
                                .pid());
                System.out.flush();
                llama.complete("a", ENDLESS.withDeadline(Duration.ofMinutes(5)));
            }
        }
    }

    @Test
    void interruptedCallersLeaveAtOnce() throws Exception {
        try (var llama = Llama.load(Models.file(GenerationIT.ENDLESS), APART)) {
            var thrown = new ArrayList<Throwable>();
            var caller = Thread.ofPlatform().start(() -> {
                try {
                    llama.score("a t ".repeat(40_000));
                } catch (java.util.concurrent.CancellationException e) {
                    thrown.add(e);
                }
            });
            Thread.sleep(200);
            caller.interrupt();
            assertTrue(caller.join(Duration.ofSeconds(5)));
            assertInstanceOf(java.util.concurrent.CancellationException.class, thrown.getFirst());
            assertEquals(
                    2, llama.complete("a", ENDLESS.withMaxTokens(2)).tokens().size());
            assertEquals(List.of(), List.copyOf(thrown).subList(1, thrown.size()));
        }
    }
}
