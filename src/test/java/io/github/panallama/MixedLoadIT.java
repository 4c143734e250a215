package io.github.panallama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.completion.Cancel;
import io.github.panallama.completion.Completion;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.FinishReason;
import io.github.panallama.fixture.Footprint;
import io.github.panallama.fixture.RandomModel;
import io.github.panallama.fixture.TensorType;
import io.github.panallama.fixture.TestVocabulary;
import io.github.panallama.model.ModelOptions;
import io.github.panallama.sampling.Grammar;
import io.github.panallama.sampling.Sampling;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Everything that a model is asked for, at once, for `panallama.mixed.seconds`: whole and streamed answers, several of
/// one
/// prompt, log-probabilities, scores, grammars, and answers that are left, cancelled or late. Each answer is the one
/// that
/// its request gets alone, and neither the heap nor native memory grows once it is warm.
class MixedLoadIT {
    private static final int CALLERS = 12;
    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("panallama.mixed.seconds", 60));

    /// What the heap in use may grow after a third of the time.
    private static final long HEAP_SLACK = 8_000_000;

    /// What malloc may have given out more, to the JVM's compilers as well.
    private static final long NATIVE_SLACK = 8_000_000;

    private static final int LATE = 400; // tokens, which take longer than the deadline

    private static final String LONG = "the sand and the sea in a tin, again and again. ".repeat(12);
    private static final List<String> PROMPTS = List.of("the sand", "is the rain?", LONG, LONG + "and", "t".repeat(70));
    private static final CompletionOptions GREEDY =
            CompletionOptions.DEFAULT.withSampling(Sampling.GREEDY).withMaxTokens(24);

    private final Llama llama;
    private final List<Completion> alone;
    private final double score;

    MixedLoadIT() {
        var options = ModelOptions.DEFAULT
                .withContextSize(1024)
                .withParallel(4)
                .withQueue(64)
                .withThreads(1)
                .withDeterministic(true);
        llama = Llama.load(new RandomModel(TestVocabulary.chat(), TensorType.Q8_0, 64, 1024, 1).file(), options);
        alone = PROMPTS.stream()
                .map(prompt -> llama.complete(prompt, GREEDY.withLogprobs(3)))
                .toList();
        score = llama.score(LONG).sumLogprob();
    }

    @Test
    void theSameAnswersInTheSameMemory() throws Exception {
        try (llama) {
            var served = new AtomicInteger();
            var start = Instant.now();
            run(served, start.plus(TIME.dividedBy(3)));
            var warm = Footprint.now();
            run(served, start.plus(TIME));
            var end = Footprint.now();
            System.out.printf(
                    "%,d requests of %d callers in %d s; heap %,d to %,d bytes, malloc %,d to %,d%n",
                    served.get(),
                    CALLERS,
                    TIME.toSeconds(),
                    warm.heap(),
                    end.heap(),
                    warm.allocated(),
                    end.allocated());
            assertTrue(served.get() > 10 * CALLERS, () -> served + " requests");
            assertTrue(end.heap() - warm.heap() < HEAP_SLACK, () -> warm + " became " + end);
            assertTrue(end.allocated() - warm.allocated() < NATIVE_SLACK, () -> warm + " became " + end);
        }
    }

    private void run(AtomicInteger served, Instant end) throws Exception {
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<?>>();
            for (int caller = 0; caller < CALLERS; caller++) {
                running.add(callers.submit(() -> {
                    while (Instant.now().isBefore(end)) {
                        ask(served.getAndIncrement());
                    }
                }));
            }
            for (var caller : running) {
                caller.get();
            }
        }
    }

    /// One request of one kind, on one of the prompts: 8 kinds and 5 prompts meet in every way.
    private void ask(int number) {
        int which = number % PROMPTS.size();
        var prompt = PROMPTS.get(which);
        var expected = alone.get(which);
        switch (number % 8) {
            case 0 ->
                assertEquals(expected.text(), llama.complete(prompt, GREEDY).text());
            case 1 ->
                assertEquals(
                        expected.tokens(),
                        llama.complete(prompt, GREEDY.withLogprobs(3)).tokens());
            case 2 ->
                llama.completeAll(prompt, GREEDY.withN(3)).forEach(one -> assertEquals(expected.text(), one.text()));
            case 3 -> streamed(prompt, expected.text(), Integer.MAX_VALUE);
            case 4 -> streamed(prompt, expected.text(), 3);
            case 5 -> assertEquals(score, llama.score(LONG).sumLogprob());
            case 6 -> {
                var lettered = llama.complete(
                        prompt,
                        GREEDY.withGrammar(Grammar.gbnf("root ::= [a-z]{4,12}")).withMaxTokens(20));
                assertTrue(lettered.text().matches("[a-z]{4,12}"), lettered::text);
            }
            default -> cancelled(prompt, number);
        }
    }

    private void streamed(String prompt, String expected, int pieces) {
        var text = new StringBuilder();
        try (var generation = llama.generate(prompt, GREEDY)) {
            int taken = 0;
            for (var token : generation) {
                text.append(token.text());
                if (++taken == pieces) {
                    break;
                }
            }
        }
        assertTrue(pieces == Integer.MAX_VALUE ? expected.contentEquals(text) : expected.startsWith(text.toString()));
    }

    /// Cancelled before it has begun, or late: unless the timer is later still, and the answer is whole.
    private void cancelled(String prompt, int number) {
        if (number / 8 % 2 == 0) {
            var cancel = new Cancel();
            cancel.cancel();
            var never = llama.complete(prompt, GREEDY.withCancel(cancel));
            assertInstanceOf(FinishReason.Cancelled.class, never.finish());
            assertEquals(List.of(), never.tokens());
        } else {
            var deadline = Duration.ofNanos(1 + number % 1_000_000);
            var late = llama.complete(
                    prompt, GREEDY.withMaxTokens(LATE).withIgnoreEos(true).withDeadline(deadline));
            assertTrue(
                    late.finish() instanceof FinishReason.Cancelled
                            || late.tokens().size() == LATE,
                    () -> late.finish() + " after " + late.tokens().size());
        }
    }
}
