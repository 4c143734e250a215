package io.github.panallama.cli;

import io.github.panallama.Llama;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.model.ModelInfo;
import io.github.panallama.model.ModelOptions;
import io.github.panallama.sampling.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/// The measurements of `bench`, made through the public API, as a program would use it.
///
/// The tests are those of llama.cpp's llama-bench: a prompt alone, and tokens one by one after nothing but a first one.
final class Benchmark {
    /// What can be measured.
    enum Part {
        LOAD,
        PROMPT,
        DECODE,
        LOGPROBS,
        SCORE,
        CALLERS
    }

    /// What is measured.
    ///
    /// @param parts which tests
    /// @param promptTokens tokens of a prompt
    /// @param genTokens tokens that are generated after the first
    /// @param callers how many ask at once, test by test
    /// @param repetitions runs of a test
    /// @param text what is scored; null = random tokens
    record Plan(
            Set<Part> parts,
            int promptTokens,
            int genTokens,
            List<Integer> callers,
            int repetitions,
            @Nullable String text) {
        Plan {
            require(promptTokens >= 1, "--prompt-tokens", promptTokens, "1 or more");
            require(genTokens >= 1, "--gen-tokens", genTokens, "1 or more");
            require(repetitions >= 1, "--repetitions", repetitions, "1 or more");
            callers.forEach(n -> require(n >= 1 && n <= 256, "--callers", n, "within 1..256, or 0 for none"));
            callers = parts.contains(Part.CALLERS) ? List.copyOf(callers) : List.of();
        }

        private static void require(boolean condition, String option, int value, String range) {
            if (!condition) {
                throw new IllegalArgumentException("%s is %d, must be %s".formatted(option, value, range));
            }
        }

        /// {@return how many runs it takes, those to warm up included}
        int steps() {
            long alone = parts.stream().filter(part -> part != Part.CALLERS).count();
            return Math.toIntExact((alone + callers.size()) * (repetitions + 1));
        }

        /// {@return the context that the tests of one caller need, and no more, as llama-bench has it}
        int context() {
            return parts.stream()
                    .mapToInt(part -> switch (part) {
                        case LOAD, CALLERS -> 1;
                        case PROMPT -> promptTokens + 1;
                        case DECODE, LOGPROBS -> genTokens + 2;
                        case SCORE -> text == null ? promptTokens : WINDOW;
                    })
                    .max()
                    .orElse(1);
        }
    }

    /// One of them.
    ///
    /// @param name for programs
    /// @param title for people
    /// @param callers how many ask at once
    /// @param promptTokens of one request
    /// @param genTokens of one request, without the first
    record Test(String name, String title, int callers, int promptTokens, int genTokens) {}

    private static final String RATE = "tokens/s";
    private static final int WINDOW = 512; // of llama-perplexity
    private static final int ALTERNATIVES = 5;
    private static final CompletionOptions GREEDY =
            CompletionOptions.DEFAULT.withSampling(Sampling.GREEDY).withIgnoreEos(true);

    private final Models.Found model;
    private final ModelOptions loading;
    private final Plan plan;
    private final StepBar progress;
    private final List<BenchReport.Row> rows = new ArrayList<>();

    /// @param model which
    /// @param loading how it is loaded; its context is what the tests need if it names none
    /// @param plan what is measured
    /// @param progress told of every run
    Benchmark(Models.Found model, ModelOptions loading, Plan plan, StepBar progress) {
        this.model = model;
        this.loading = loading;
        this.plan = plan;
        this.progress = progress;
    }

    BenchReport run() {
        var alone = loading.contextSize() > 0 ? loading : loading.withContextSize(plan.context());
        if (plan.parts().contains(Part.LOAD)) {
            measure(new Test("load", "load", 1, 0, 0), "ms", () -> load(alone));
        }
        ModelInfo info;
        try (var llama = Llama.load(model.file(), alone)) {
            info = llama.info();
            alone(llama);
        }
        for (int callers : plan.callers()) {
            together(callers);
        }
        return BenchReport.of(model.name(), info, plan.repetitions(), rows, Machine.here());
    }

    private double load(ModelOptions options) {
        try (var llama = Llama.load(model.file(), options)) {
            return AnswerJson.milliseconds(llama.info().applied().loadTime());
        }
    }

    /// The tests of one caller.
    private void alone(Llama llama) {
        var random = new RandomTokens(llama.info());
        var tokens = GREEDY.withMaxTokens(plan.genTokens() + 1);
        for (var part : plan.parts().stream().sorted().toList()) {
            switch (part) {
                case PROMPT -> prompt(llama, random);
                case DECODE -> decode(llama, random, "decode", "decode", tokens);
                case LOGPROBS -> {
                    var title = "decode with %d logprobs".formatted(ALTERNATIVES);
                    decode(llama, random, "logprobs", title, tokens.withLogprobs(ALTERNATIVES));
                }
                case SCORE -> score(llama, random);
                case LOAD, CALLERS -> {}
            }
        }
    }

    private void prompt(Llama llama, RandomTokens random) {
        int length = plan.promptTokens();
        var test = new Test("prompt", "prompt, %d tokens".formatted(length), 1, length, 0);
        measure(test, RATE, () -> llama.complete(random.prompt(length), GREEDY.withMaxTokens(1))
                .timings()
                .promptPerSecond());
    }

    private void decode(Llama llama, RandomTokens random, String name, String title, CompletionOptions options) {
        int tokens = plan.genTokens();
        var test = new Test(name, "%s, %d tokens".formatted(title, tokens), 1, 1, tokens);
        measure(test, RATE, () -> llama.complete(random.prompt(1), options)
                .timings()
                .decodePerSecond());
    }

    /// By the clock: what rows of logits are reduced to is the point of scoring, and no part of evaluating.
    private void score(Llama llama, RandomTokens random) {
        var text = plan.text();
        int length = text == null ? plan.promptTokens() : llama.countTokens(text);
        var echoed = GREEDY.withMaxTokens(0).withEcho(true).withLogprobs(0);
        measure(new Test("score", "scoring, %d tokens".formatted(length), 1, length, 0), RATE, () -> {
            var prompt = random.prompt(plan.promptTokens());
            long start = System.nanoTime();
            var timings = text == null
                    ? llama.complete(prompt, echoed).timings()
                    : llama.score(text).timings();
            return timings.promptTokens() * 1e9 / (System.nanoTime() - start);
        });
    }

    private void together(int count) {
        var options = loading.withParallel(count);
        options = loading.contextSize() > 0 ? options : options.withContextSize(Callers.CONTEXT);
        var name = count == 1 ? "1 caller" : count + " callers";
        var all = "%s, %d + %d tokens each".formatted(name, Callers.PROMPT, Callers.GENERATED);
        try (var llama = Llama.load(model.file(), options)) {
            var callers = new Callers(llama, count, GREEDY);
            var generated = new ArrayList<Double>();
            measure(new Test("callers", all, count, Callers.PROMPT, Callers.GENERATED), RATE, () -> {
                var speeds = callers.run();
                generated.add(speeds.generated());
                return speeds.all();
            });
            add(
                    new Test("callers_generated", name + ", generated", count, Callers.PROMPT, Callers.GENERATED),
                    RATE,
                    generated);
        }
    }

    private void measure(Test test, String unit, DoubleSupplier run) {
        var samples = new ArrayList<Double>();
        for (int i = 0; i <= plan.repetitions(); i++) {
            progress.next(test.title());
            samples.add(run.getAsDouble());
        }
        add(test, unit, samples);
    }

    /// The first run was to warm up: it does not count.
    private void add(Test test, String unit, List<Double> samples) {
        rows.add(BenchReport.Row.of(test, unit, samples.subList(1, samples.size())));
    }
}
