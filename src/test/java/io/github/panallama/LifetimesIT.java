package io.github.panallama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.chat.ChatOptions;
import io.github.panallama.chat.Message;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.Evaluation;
import io.github.panallama.error.LlamaException;
import io.github.panallama.fixture.ChildJvm;
import io.github.panallama.fixture.Models;
import io.github.panallama.model.ModelOptions;
import io.github.panallama.sampling.Sampling;
import io.github.panallama.sampling.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever is called when, in whatever order, from whatever thread.
@Timeout(120)
class LifetimesIT {
    private static final ModelOptions LOADING =
            ModelOptions.DEFAULT.withThreads(1).withContextSize(512).withLogitsAll(true);
    private static final CompletionOptions SHORT = CompletionOptions.DEFAULT.withMaxTokens(8);

    private static Llama load() {
        return Llama.load(Models.file(Models.chat()), LOADING);
    }

    /// Everything that can be asked of a model.
    static Stream<Arguments> calls() {
        return Stream.of(
                call("complete", llama -> llama.complete("the", SHORT)),
                call("completeAll", llama -> llama.completeAll("the", SHORT.withN(2))),
                call("generate", llama -> llama.generate("the", SHORT).result()),
                call("tokens", llama -> llama.complete(new int[] {300, 301}, SHORT)),
                call("chat", llama -> llama.chat(List.of(Message.user("hi")), ChatOptions.of(SHORT))),
                call("conversation", llama -> new Chat(llama, ChatOptions.of(SHORT)).say("hi")),
                call("score", llama -> llama.score("the other")),
                call("scores", llama -> llama.score("the", List.of(" an", " in"))),
                call("choose", llama -> llama.choose("the", List.of(" an", " in"))),
                call("evaluate", llama -> {
                    try (var evaluation = llama.evaluate("the")) {
                        evaluation.top(0, 3);
                    }
                }),
                call("tokenize", llama -> llama.tokenize("the")),
                call("detokenize", llama -> llama.detokenize(300, 301)),
                call("countTokens", llama -> llama.countTokens("the")));
    }

    private static Arguments call(String name, Consumer<Llama> call) {
        return Arguments.of(name, call);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("calls")
    void afterCloseItSaysSo(String name, Consumer<Llama> call) {
        var llama = load();
        call.accept(llama);
        llama.close();
        llama.close();
        var failure = org.junit.jupiter.api.Assertions.assertThrows(
                IllegalStateException.class, () -> call.accept(llama), name);
        assertTrue(String.valueOf(failure.getMessage()).contains("closed"), failure::toString);
        assertTrue(llama.isClosed());
        assertTrue(llama.info().parameters() > 0, "what it was is still known");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("calls")
    void closedByAnotherThreadDuringTheCall(String name, Consumer<Llama> call) throws Exception {
        for (int round = 0; round < 6; round++) {
            var llama = load();
            var ended = new AtomicInteger();
            try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
                var running = new ArrayList<Future<?>>();
                for (int i = 0; i < 4; i++) {
                    running.add(callers.submit(() -> {
                        while (true) {
                            try {
                                call.accept(llama);
                            } catch (IllegalStateException | LlamaException e) {
                                ended.incrementAndGet();
                                return;
                            }
                        }
                    }));
                }
                Thread.sleep(ThreadLocalRandom.current().nextInt(1, 25));
                llama.close();
                for (var caller : running) {
                    caller.get();
                }
            }
            assertEquals(4, ended.get());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("calls")
    void interruptedAtAnyPoint(String name, Consumer<Llama> call) throws Exception {
        try (var llama = load()) {
            for (int round = 0; round < 12; round++) {
                var unexpected = new ArrayList<Throwable>();
                var caller = Thread.ofVirtual().start(() -> {
                    try {
                        while (!Thread.currentThread().isInterrupted()) {
                            call.accept(llama);
                        }
                    } catch (CancellationException e) { // as documented
                        return;
                    } catch (Throwable e) {
                        unexpected.add(e);
                    }
                });
                Thread.sleep(ThreadLocalRandom.current().nextInt(0, 12));
                caller.interrupt();
                caller.join();
                assertEquals(List.of(), unexpected);
            }
            call.accept(llama);
        }
    }

    @Test
    void errorsInASamplerAreItsCallersAlone() {
        try (var llama = load()) {
            for (var error : List.of(new OutOfMemoryError("injected"), new StackOverflowError("injected"))) {
                var sampling = Sampling.NEUTRAL.plus(new Stage.Custom("thrower", () -> candidates -> {
                    throw error;
                }));
                var thrown = org.junit.jupiter.api.Assertions.assertThrows(
                        Throwable.class, () -> llama.complete("the", SHORT.withSampling(sampling)));
                assertTrue(
                        thrown.equals(error)
                                || thrown instanceof LlamaException
                                || thrown instanceof IllegalStateException,
                        thrown::toString);
                assertEquals(
                        8,
                        llama.complete("the", SHORT.withIgnoreEos(true))
                                .tokens()
                                .size());
            }
            var deep = Sampling.NEUTRAL.plus(new Stage.Custom("deep", () -> candidates -> recurse(0)));
            org.junit.jupiter.api.Assertions.assertThrows(
                    Throwable.class, () -> llama.complete("the", SHORT.withSampling(deep)));
            assertEquals(
                    8, llama.complete("the", SHORT.withIgnoreEos(true)).tokens().size());
        }
    }

    private static int recurse(int depth) {
        return depth < 0 ? 0 : recurse(depth + 1) + 1;
    }

    @Test
    void aModelThatIsForgottenIsClosed() throws Exception {
        long before = engines();
        forget();
        for (int i = 0; i < 200 && engines() > before; i++) {
            System.gc();
            Thread.sleep(20);
        }
        assertEquals(before, engines());
    }

    private static void forget() {
        assertEquals(
                1,
                load().complete("the", SHORT.withMaxTokens(1).withIgnoreEos(true))
                        .tokens()
                        .size());
    }

    private static long engines() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("panallama-engine"))
                .count();
    }

    @Test
    void oneThatSomethingStillNeedsIsNot() throws Exception {
        var generation = load().generate("the", SHORT.withMaxTokens(100).withIgnoreEos(true));
        Evaluation evaluation = load().evaluate("the other");
        for (int i = 0; i < 10; i++) {
            System.gc();
            Thread.sleep(10);
        }
        assertEquals(3, evaluation.top(1, 3).size());
        evaluation.close();
        var tokens = new ArrayList<Integer>();
        for (var token : generation) {
            tokens.add(token.id());
            if (tokens.size() % 20 == 0) {
                System.gc();
            }
        }
        assertEquals(100, tokens.size());
        assertFalse(generation.result().text().isEmpty());
    }

    /// Looks for our classes and those of Jackson itself: the JVM's own loaders share what is on the module path.
    private static final class Apart extends java.net.URLClassLoader {
        Apart(java.net.URL[] places) {
            super(places, ClassLoader.getPlatformClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("java.") || name.startsWith("jdk.") || name.startsWith("javax.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                var loaded = findLoadedClass(name);
                return loaded == null ? findClass(name) : loaded;
            }
        }
    }

    @Test
    void aSecondClassLoaderHasALibraryOfItsOwnToAsk() throws Exception {
        var places = ChildJvm.places().toArray(java.net.URL[]::new);
        try (var here = load()) {
            for (int i = 0; i < 3; i++) {
                try (var loader = new Apart(places)) {
                    var type = loader.loadClass(Llama.class.getName());
                    var llama =
                            type.getMethod("load", java.nio.file.Path.class).invoke(null, Models.file(Models.chat()));
                    try (var closeable = assertInstanceOf(AutoCloseable.class, llama)) {
                        var text = type.getMethod("complete", String.class).invoke(closeable, "the");
                        assertTrue(text != null
                                && !text.getClass().equals(here.complete("the").getClass()));
                    }
                }
            }
            assertEquals(
                    8, here.complete("the", SHORT.withIgnoreEos(true)).tokens().size());
        }
    }
}
