package io.github.panallama;

import static io.github.panallama.Failures.fails;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.chat.ChatOptions;
import io.github.panallama.chat.Message;
import io.github.panallama.chat.ReplyPart;
import io.github.panallama.chat.Tool;
import io.github.panallama.chat.Tools;
import io.github.panallama.completion.Cancel;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.FinishReason;
import io.github.panallama.completion.ScoreOptions;
import io.github.panallama.completion.Token;
import io.github.panallama.error.ContextFullException;
import io.github.panallama.error.ModelLoadException;
import io.github.panallama.error.QueueFullException;
import io.github.panallama.fixture.Models;
import io.github.panallama.limits.GenerationLimits;
import io.github.panallama.model.Isolation;
import io.github.panallama.model.ModelOptions;
import io.github.panallama.sampling.Grammar;
import io.github.panallama.sampling.Sampling;
import io.github.panallama.sampling.Stage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// An isolated model answers as one in this process does.
@Timeout(60)
class IsolationIT {
    private static final ModelOptions HERE = ModelOptions.DEFAULT.withThreads(1);
    private static final ModelOptions APART = HERE.withIsolation(Isolation.PROCESS);
    private static final CompletionOptions ENDLESS = GenerationIT.OPTIONS;

    private static Llama endless(ModelOptions options) {
        return Llama.load(Models.file(GenerationIT.ENDLESS), options);
    }

    @Test
    void itSaysTheSame() {
        var file = Models.file(Models.bigram());
        var sampling = Sampling.DEFAULT.withSeed(7).withLogitBias(Map.of(270, Float.NEGATIVE_INFINITY, 271, 2.5f));
        var options = CompletionOptions.DEFAULT
                .withMaxTokens(20)
                .withSampling(sampling)
                .withLogprobs(3)
                .withStop("zzz")
                .withLimits(GenerationLimits.of(2, 40));
        try (var here = Llama.load(file, HERE);
                var apart = Llama.load(file, APART)) {
            for (var prompt : List.of("the", "\ud800 half", "a\u0000b", "Übergrößenträger 漢字 🎈")) {
                var wanted = here.complete(prompt, options);
                var got = apart.complete(prompt, options);
                assertEquals(wanted.tokens(), got.tokens(), prompt);
                assertEquals(wanted.text(), got.text());
                assertEquals(wanted.finish(), got.finish());
                assertEquals(wanted.usage(), got.usage());
                assertEquals(wanted.limits(), got.limits());
                assertEquals(wanted.seed(), got.seed());
                assertArrayEquals(here.tokenize(prompt), apart.tokenize(prompt));
                assertEquals(here.countTokens(prompt), apart.countTokens(prompt));
                assertEquals(
                        here.complete(prompt, options.withEcho(true)).prompt(),
                        apart.complete(prompt, options.withEcho(true)).prompt());
                assertEquals(
                        here.score(prompt + "n", ScoreOptions.DEFAULT.withTop(2))
                                .tokens(),
                        apart.score(prompt + "n", ScoreOptions.DEFAULT.withTop(2))
                                .tokens());
            }
            int[] tokens = here.tokenize("the other");
            assertEquals(here.detokenize(tokens), apart.detokenize(tokens));
            assertEquals(
                    here.complete(tokens, options).tokens(),
                    apart.complete(tokens, options).tokens());
            assertEquals(
                    here.choose("the", List.of(" an", " in")).best(),
                    apart.choose("the", List.of(" an", " in")).best());
            assertEquals(
                    here.completeAll("the", options.withN(3)).stream()
                            .map(c -> c.tokens())
                            .toList(),
                    apart.completeAll("the", options.withN(3)).stream()
                            .map(c -> c.tokens())
                            .toList());
            assertEquals(here.info().shape(), apart.info().shape());
            assertEquals(here.info().specialTokens(), apart.info().specialTokens());
            assertEquals(here.info().chatTemplate(), apart.info().chatTemplate());
        }
    }

    @Test
    void everyStageAndGrammarArrives() {
        var chains = List.of(
                Sampling.DEFAULT.withPenalties(Sampling.LLAMA_CPP_PYTHON_0_2.penalties()),
                Sampling.of(Stage.Dry.of(0.8f), new Stage.TopNSigma(2), new Stage.Xtc(0.5f, 0.1f), new Stage.Draw()),
                Sampling.of(
                        new Stage.Occurrence(0.1f, 0.2f), new Stage.DynamicTemperature(1, 0.5f, 1), new Stage.Draw()),
                Sampling.of(new Stage.Mirostat(5, 0.1f)),
                Sampling.of(new Stage.MirostatV2(5, 0.1f)),
                Sampling.of(new Stage.TypicalP(0.5f), new Stage.AdaptiveP(0.5f, 0.9f)),
                Sampling.GREEDY.plus(new Stage.Constrain(Grammar.json())),
                Sampling.GREEDY.plus(new Stage.Constrain(Grammar.jsonSchema("{\"type\": \"integer\"}"))));
        var file = Models.file(Models.bigram());
        try (var here = Llama.load(file, HERE);
                var apart = Llama.load(file, APART)) {
            for (var sampling : chains) {
                var options = CompletionOptions.DEFAULT.withMaxTokens(12).withSampling(sampling.withSeed(3));
                assertEquals(
                        here.complete("the", options).tokens(),
                        apart.complete("the", options).tokens(),
                        sampling.toString());
            }
        }
    }

    @Test
    void aReplyComesInTheSameParts() {
        var messages = List.of(Message.system("Be brief."), Message.user("How is the weather?"));
        var tool = new Tool("weather", "tells it", "{\"type\": \"object\", \"properties\": {\"city\": {}}}");
        var options = ChatOptions.of(CompletionOptions.DEFAULT.withSampling(Sampling.GREEDY))
                .withTools(Tools.of(tool));
        var file = Models.file(Models.caller());
        try (var here = Llama.load(file, HERE);
                var apart = Llama.load(file, APART)) {
            var wanted = here.chat(messages, options);
            var parts = new ArrayList<ReplyPart>();
            try (var reply = apart.generate(messages, options)) {
                reply.forEach(parts::add);
                var got = reply.result();
                assertEquals(wanted.text(), got.text());
                assertEquals(wanted.reasoning(), got.reasoning());
                assertEquals(wanted.tokens(), got.tokens());
                assertEquals(wanted.finish(), got.finish());
                assertInstanceOf(FinishReason.ToolUse.class, got.finish());
                assertEquals(
                        wanted.toolCalls().getFirst().arguments(),
                        got.toolCalls().getFirst().arguments());
            }
            assertEquals(
                    wanted.reasoning(),
                    String.join(
                            "",
                            parts.stream()
                                    .filter(ReplyPart.Reasoning.class::isInstance)
                                    .map(ReplyPart::text)
                                    .toList()));
            assertEquals(here.countTokens(messages, options), apart.countTokens(messages, options));
            assertEquals(wanted.text(), apart.chat(messages, options).text());
        }
    }

    @Test
    void rawLogitsAreTheSame() {
        var file = Models.file(Models.bigram());
        try (var here = Llama.load(file, HERE.withLogitsAll(true));
                var apart = Llama.load(file, APART.withLogitsAll(true));
                var wanted = here.evaluate("the other");
                var got = apart.evaluate("the other")) {
            assertArrayEquals(wanted.tokens(), got.tokens());
            var row = new float[wanted.vocabularySize()];
            var other = new float[got.vocabularySize()];
            for (int i = 0; i < wanted.positions(); i++) {
                wanted.copyRow(i, row);
                got.copyRow(i, other);
                assertArrayEquals(row, other);
                assertEquals(wanted.logprob(i, 5), got.logprob(i, 5));
                assertEquals(wanted.top(i, 4), got.top(i, 4));
                assertEquals(wanted.logit(i, 9), got.logit(i, 9));
            }
            var closed = apart.evaluate("the");
            closed.close();
            fails(IllegalStateException.class, () -> closed.logit(0, 0), "closed");
        }
    }

    @Test
    void whatIsRefusedIsRefusedInTheSameWords() {
        fails(
                ModelLoadException.class,
                () -> Llama.load(Path.of("nowhere.gguf"), APART),
                "nowhere.gguf",
                "check the path");
        try (var llama = Llama.load(
                Models.file(Models.bigram()), APART.withContextSize(256).withQueue(0))) {
            fails(ContextFullException.class, () -> llama.complete("the ".repeat(300)), "larger contextSize");
            fails(IllegalArgumentException.class, () -> llama.detokenize(1_000_000), "not in this model's vocabulary");
            fails(
                    IllegalArgumentException.class,
                    () -> llama.complete(
                            "a",
                            CompletionOptions.DEFAULT.withSampling(
                                    Sampling.of(new Stage.Custom("mine", () -> candidates -> {}), new Stage.Draw()))),
                    "mine",
                    "without isolation");
            fails(
                    IllegalArgumentException.class,
                    () -> llama.complete(
                            "a",
                            CompletionOptions.DEFAULT.withGrammar(java.util.Optional.of(Grammar.gbnf("root ::= (")))),
                    "grammar");
            llama.complete("a", CompletionOptions.DEFAULT.withMaxTokens(1));
        }
    }

    @Test
    void leavingEarlyCancellingAndDeadlinesStopTheWork() {
        try (var llama = endless(APART)) {
            try (var generation = llama.generate("a", ENDLESS)) {
                assertEquals(5, generation.stream().limit(5).count());
            }
            var handle = new Cancel();
            try (var generation = llama.generate("a", ENDLESS.withCancel(handle))) {
                assertTrue(generation.iterator().hasNext());
                handle.cancel();
                assertInstanceOf(
                        FinishReason.Cancelled.class, generation.result().finish());
            }
            var late = llama.complete("a", ENDLESS.withDeadline(Duration.ofMillis(200)));
            assertInstanceOf(FinishReason.Cancelled.class, late.finish());
            var scored = new Cancel();
            scored.cancel();
            fails(
                    CancellationException.class,
                    () -> llama.score("a t ".repeat(20_000), ScoreOptions.DEFAULT.withCancel(scored)),
                    "cancelled");
            assertEquals(
                    2, llama.complete("a", ENDLESS.withMaxTokens(2)).tokens().size());
        }
    }

    @Test
    void aConsumerThatStallsPausesItsOwnRequestOnly() {
        try (var llama = endless(APART.withParallel(2));
                var stalled = llama.generate("a", ENDLESS.withMaxTokens(2000))) {
            assertTrue(stalled.iterator().hasNext());
            assertEquals(
                    500,
                    llama.complete("a", ENDLESS.withMaxTokens(500)).tokens().size());
            assertEquals(2000, stalled.result().tokens().size());
        }
    }

    @Test
    void callersThatWaitForThemselvesAreToldSo() throws Exception {
        try (var llama = endless(APART.withParallel(2));
                var callers = Executors.newFixedThreadPool(2)) {
            var both = new CyclicBarrier(2);
            var refused = new ArrayList<Future<Boolean>>();
            for (int i = 0; i < 2; i++) {
                refused.add(callers.submit(() -> {
                    try (var outer = llama.generate("a", ENDLESS)) {
                        assertTrue(outer.iterator().hasNext());
                        both.await();
                        llama.complete("a", ENDLESS.withMaxTokens(1));
                        return false;
                    } catch (IllegalStateException e) {
                        return true;
                    }
                }));
            }
            boolean first = refused.get(0).get(); // both must have ended
            assertTrue(refused.get(1).get() || first);
            var handed = llama.generate("a", ENDLESS.withMaxTokens(500));
            var second = llama.generate("a", ENDLESS.withMaxTokens(500));
            fails(IllegalStateException.class, () -> llama.complete("a"), "larger parallel");
            var rest = callers.submit(handed::result);
            assertEquals(500, rest.get().tokens().size());
            assertEquals(500, second.result().tokens().size());
        }
    }

    @Test
    void manyThreadsGetTheirOwn() throws Exception {
        try (var llama = Llama.load(Models.file(Models.bigram()), APART.withParallel(4));
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var options = CompletionOptions.DEFAULT.withMaxTokens(30).withSampling(Sampling.GREEDY);
            var wanted = Stream.of("the", "in", "an", "on")
                    .map(p -> llama.complete(p, options).text())
                    .toList();
            var answers = new ArrayList<Future<String>>();
            for (int i = 0; i < 200; i++) {
                var prompt = List.of("the", "in", "an", "on").get(i % 4);
                answers.add(callers.submit(() -> llama.complete(prompt, options).text()));
            }
            for (int i = 0; i < answers.size(); i++) {
                assertEquals(wanted.get(i % 4), answers.get(i).get());
            }
        }
    }

    @Test
    void closingEndsWhatRunsAndIsRepeatable() throws Exception {
        var llama = endless(APART.withQueue(1));
        var generation = llama.generate("a", ENDLESS);
        assertTrue(generation.iterator().hasNext());
        try (var caller = Executors.newSingleThreadExecutor()) {
            var waiting = caller.submit(() -> llama.complete("a", ENDLESS));
            while (true) {
                try {
                    llama.generate("a", ENDLESS).close();
                    Thread.sleep(5);
                } catch (QueueFullException e) {
                    break;
                } catch (IllegalStateException nested) { // this thread's own generation holds the slot
                    break;
                }
            }
            llama.close();
            llama.close();
            var failed = Failures.fails(java.util.concurrent.ExecutionException.class, waiting::get);
            assertInstanceOf(IllegalStateException.class, failed.getCause());
        }
        assertTrue(llama.isClosed());
        fails(IllegalStateException.class, generation::result, "closed");
        fails(IllegalStateException.class, () -> llama.tokenize("a"), "closed");
        assertFalse(ProcessHandle.current()
                .children()
                .anyMatch(child -> child.info().arguments().stream()
                                .flatMap(Stream::of)
                                .anyMatch(argument -> argument.contains("WorkerMain"))
                        && !child.isAlive()));
    }

    @Test
    void tokensAreTheWholeText() {
        try (var llama = Llama.load(Models.file(Models.bigram()), APART)) {
            var completion = llama.complete("the", CompletionOptions.DEFAULT.withMaxTokens(50));
            assertEquals(
                    completion.text(),
                    String.join(
                            "", completion.tokens().stream().map(Token::text).toList()));
        }
    }
}
