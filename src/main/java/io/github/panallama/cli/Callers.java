package io.github.panallama.cli;

import io.github.panallama.Llama;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.Token;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;

/// Callers who ask one [Llama] at the same time, each with a prompt of its own, and read tokens as they come.
final class Callers {
    /// Tokens of a prompt.
    static final int PROMPT = 128;

    /// Tokens that each generates after its first.
    static final int GENERATED = 128;

    /// What one of them needs.
    static final int CONTEXT = PROMPT + GENERATED + 1;

    private final Llama llama;
    private final int count;
    private final CompletionOptions options;
    private final RandomTokens random;

    /// @param llama with a slot for each of them
    /// @param count how many
    /// @param options how tokens are chosen
    Callers(Llama llama, int count, CompletionOptions options) {
        this.llama = llama;
        this.count = count;
        this.options = options.withMaxTokens(GENERATED + 1);
        this.random = new RandomTokens(llama.info());
    }

    /// Tokens per second, of all callers together.
    ///
    /// @param all tokens evaluated, of prompts and answers, from the first request to the last token
    /// @param generated tokens generated from when the last prompt was read, until the last token
    record Speeds(double all, double generated) {
        /// @param start when they asked
        /// @param times for each caller, when its tokens came
        static Speeds of(long start, List<long[]> times) {
            long reading = times.stream().mapToLong(t -> t[0]).max().orElse(start);
            long end = times.stream().mapToLong(t -> t[t.length - 1]).max().orElse(start);
            long after = times.stream()
                    .flatMapToLong(Arrays::stream)
                    .filter(t -> t > reading)
                    .count();
            long evaluated =
                    times.stream().mapToLong(t -> PROMPT + t.length - 1).sum();
            return new Speeds(evaluated * 1e9 / (end - start), after * 1e9 / (end - reading));
        }
    }

    /// All at once.
    Speeds run() {
        var tasks = new ArrayList<Callable<long[]>>();
        for (int i = 0; i < count; i++) {
            var prompt = random.prompt(PROMPT);
            tasks.add(() -> ask(prompt));
        }
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            long start = System.nanoTime();
            var times = new ArrayList<long[]>();
            for (var answer : executor.invokeAll(tasks)) {
                times.add(answer.get());
            }
            return Speeds.of(start, times);
        } catch (InterruptedException e) { // invokeAll has cancelled the others
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e);
        }
    }

    /// {@return when each token came}
    private long[] ask(int[] prompt) {
        var times = new long[GENERATED + 1];
        int i = 0;
        try (var answer = llama.generate(prompt, options)) {
            for (Token _ : answer) {
                times[i++] = System.nanoTime();
            }
        }
        return times;
    }
}
