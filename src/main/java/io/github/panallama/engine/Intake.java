package io.github.panallama.engine;

import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.FinishReason;
import io.github.panallama.limits.Applied;
import io.github.panallama.sampling.Stage;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Turns what callers ask for into requests: whatever can be refused is refused here, before anything is evaluated.
final class Intake implements AutoCloseable {
    /// Seeds are 32 bits; the largest is llama.cpp's word for a random one.
    private static final long SEEDS = 0xFFFF_FFFFL;

    private final Vocabulary vocabulary;
    private final TokenizerThread tokenizer;
    private final Requests requests;
    private final int contextSize;
    private final ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1, task -> {
        var thread = new Thread(null, task, "panallama-deadlines", 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        return thread;
    });

    /// @param vocabulary the model's
    /// @param tokenizer where parsers run
    /// @param requests where requests go
    /// @param contextSize tokens that one request may use
    Intake(Vocabulary vocabulary, TokenizerThread tokenizer, Requests requests, int contextSize) {
        this.vocabulary = vocabulary;
        this.tokenizer = tokenizer;
        this.requests = requests;
        this.contextSize = contextSize;
        timers.setRemoveOnCancelPolicy(true);
    }

    /// Starts one request. It pauses while its consumer takes no tokens.
    Run submit(Prompt prompt, CompletionOptions options, Reading reading) {
        return submit(prompt, options, reading, System.nanoTime());
    }

    /// Starts one request that is part of something longer.
    ///
    /// @param since when that began, as of [System#nanoTime]: the deadline counts from there
    Run submit(Prompt prompt, CompletionOptions options, Reading reading, long since) {
        var run = create(prompt, options, reading, seed(options), true);
        start(List.of(run), options, since);
        return run;
    }

    /// Starts several completions of one prompt, with seeds that follow each other.
    List<Run> submitAll(Prompt prompt, CompletionOptions options, Reading reading) {
        long since = System.nanoTime();
        long seed = seed(options);
        var runs = new ArrayList<Run>();
        try {
            for (int i = 0; i < options.n(); i++) {
                runs.add(create(prompt, options, reading, (seed + i) % SEEDS, false));
            }
        } catch (RuntimeException e) { // such as a close in between: those that exist hold native memory
            runs.forEach(run -> run.fail(e));
            throw e;
        }
        start(runs, options, since);
        return runs;
    }

    private long seed(CompletionOptions options) {
        return options.sampling().seed().orElseGet(() -> ThreadLocalRandom.current()
                .nextLong(SEEDS));
    }

    private Run create(Prompt prompt, CompletionOptions options, Reading reading, long seed, boolean stalls) {
        if (prompt.tokens().length == 0) {
            throw new IllegalArgumentException("the prompt is empty, and this model has no BOS token to begin with");
        }
        options.stops().tokens().forEach(vocabulary::check);
        var limits = limits(prompt, options);
        var request = new Request(prompt, options, seed, limits, stopTokens(prompt, options), reading);
        if (limits.effective() == 0) {
            return new Run(requests, request, null, stalls);
        }
        var stages = stages(options);
        var chain = tokenizer.call(() -> SamplerChain.of(stages, vocabulary, seed, prompt.tokens(), contextSize));
        return new Run(requests, request, chain, stalls);
    }

    private Applied limits(Prompt prompt, CompletionOptions options) {
        return options.limits().apply(options.length(), prompt.tokens().length, contextSize);
    }

    private List<Stage> stages(CompletionOptions options) {
        var sampling = options.sampling();
        if (options.grammar().isPresent()) {
            if (sampling.chain().stream().anyMatch(Stage.Constrain.class::isInstance)) {
                throw new IllegalArgumentException(
                        "the sampling has a grammar already: give it there or with CompletionOptions.withGrammar, not both");
            }
            sampling = sampling.plus(new Stage.Constrain(options.grammar().get()));
        }
        return options.stops().ignoreEos() ? withoutEnd(sampling.chain()) : sampling.chain();
    }

    /// The model cannot end its text if what would is forbidden: before any filter, so that something else is left, and
    /// after own samplers, which see the model's own logits.
    private List<Stage> withoutEnd(List<Stage> chain) {
        var ends = tokenizer.call(vocabulary::endTokens).stream()
                .collect(Collectors.toMap(Function.identity(), _ -> Float.NEGATIVE_INFINITY));
        int place = 0;
        while (chain.get(place) instanceof Stage.Custom && !chain.get(place).selects()) {
            place++;
        }
        var result = new ArrayList<>(chain);
        result.add(place, new Stage.Bias(ends));
        return result;
    }

    /// A stop text that is one token without a text of its own can only be found by its id.
    private Map<Integer, FinishReason> stopTokens(Prompt prompt, CompletionOptions options) {
        var stops = options.stops();
        var ends = prompt.form().ends();
        if (stops.texts().isEmpty() && stops.tokens().isEmpty() && ends.isEmpty()) {
            return Map.of();
        }
        return tokenizer.call(() -> {
            var ids = new HashMap<Integer, FinishReason>();
            ends.forEach(text -> silent(text).ifPresent(id -> ids.put(id, new FinishReason.EndOfText())));
            try (var ta = Arena.ofConfined()) {
                var scratch = Vocabulary.scratch(ta);
                stops.tokens().forEach(id -> ids.put(id, new FinishReason.Stop(vocabulary.text(id, scratch))));
            }
            stops.texts().forEach(text -> silent(text).ifPresent(id -> ids.put(id, new FinishReason.Stop(text))));
            return ids;
        });
    }

    private OptionalInt silent(String text) {
        var tokens = vocabulary.tokenize(text, false, true);
        return tokens.length == 1 && vocabulary.isSilent(tokens[0]) ? OptionalInt.of(tokens[0]) : OptionalInt.empty();
    }

    private void start(List<Run> runs, CompletionOptions options, long since) {
        var working = runs.stream().filter(Intake::works).toList();
        working.forEach(run -> run.arm(options.control(), timers, since));
        try {
            requests.submit(working);
        } catch (RuntimeException e) {
            runs.forEach(run -> run.fail(e));
            throw e;
        }
        for (var run : runs) {
            if (!works(run)) {
                run.request().reading().shown().forEach(run.channel()::put);
                run.finishUnstarted(new FinishReason.Length());
            }
        }
    }

    private static boolean works(Run run) {
        return run.request().maxTokens() > 0 || run.request().evaluatedTokens() > 0;
    }

    @Override
    public void close() {
        timers.shutdownNow();
    }
}
