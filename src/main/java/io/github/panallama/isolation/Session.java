package io.github.panallama.isolation;

import io.github.panallama.completion.Cancel;
import io.github.panallama.completion.Evaluation;
import io.github.panallama.completion.ScoreOptions;
import io.github.panallama.engine.Caller;
import io.github.panallama.engine.Engine;
import io.github.panallama.engine.PartReader;
import io.github.panallama.engine.TokenSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The worker's side of all orders: each that takes time has a thread of its own, so that none is deaf meanwhile.
final class Session {
    private final Engine engine;
    private final Voice voice;
    private final Pumps pumps = new Pumps();
    private final Map<Long, Cancel> scores = new ConcurrentHashMap<>();
    private final Map<Long, Evaluation> evaluations = new ConcurrentHashMap<>();

    Session(Engine engine, Voice voice) {
        this.engine = engine;
        this.voice = voice;
    }

    void hear(ToWorker order) {
        switch (order) {
            case ToWorker.More(var id, int tokens) -> pumps.tell(id, pump -> pump.allow(tokens));
            case ToWorker.Patience(var id, boolean patient) -> pumps.tell(id, pump -> pump.patience(patient));
            case ToWorker.HandTo(var id, long caller) -> pumps.tell(id, pump -> pump.handTo(caller));
            case ToWorker.Stop(var id, var reason) -> stop(id, reason);
            case ToWorker.Release(var id) -> release(id);
            case ToWorker.ScoreText(var id, var _, var _, var _) -> scored(id, order);
            case ToWorker.ScoreAll(var id, var _, var _, var _, var _) -> scored(id, order);
            case ToWorker.Complete(var id, var _, var _, var _) -> requested(id, 1, order);
            case ToWorker.CompleteTokens(var id, var _, var _, var _) -> requested(id, 1, order);
            case ToWorker.CompleteAll(var id, var _, var _, var options) -> requested(id, options.n(), order);
            case ToWorker.Chat(var id, var _, var _, var _, var _) -> requested(id, 1, order);
            default -> later(order, 0);
        }
    }

    private void stop(long id, String reason) {
        pumps.stop(id, reason);
        var score = scores.get(id);
        if (score != null) {
            score.cancel();
        }
    }

    private void release(long id) {
        var evaluation = evaluations.remove(id);
        if (evaluation != null) {
            evaluation.close();
        }
    }

    /// Known before its thread begins: the next order may be to stop it.
    private void scored(long id, ToWorker order) {
        scores.put(id, new Cancel());
        later(order, 0);
    }

    private void requested(long first, int count, ToWorker order) {
        pumps.expect(first, count);
        later(order, count);
    }

    private void later(ToWorker order, int requests) {
        Thread.startVirtualThread(() -> {
            try {
                carryOut(order);
            } catch (Throwable e) { // its caller must not wait for ever
                for (int i = 0; i < requests; i++) {
                    pumps.remove(order.id() + i);
                }
                voice.failed(order.id(), e);
            }
        });
    }

    private void carryOut(ToWorker order) {
        switch (order) {
            case ToWorker.Tokenize(var id, var text, boolean addSpecial, boolean parseSpecial) ->
                voice.value(id, engine.tokenize(text, addSpecial, parseSpecial));
            case ToWorker.Detokenize(var id, var tokens) -> voice.value(id, engine.detokenize(unboxed(tokens)));
            case ToWorker.Count(var id, var text) -> voice.value(id, engine.count(text));
            case ToWorker.CountChat(var id, var messages, var options) ->
                voice.value(id, engine.count(messages, options));
            case ToWorker.Complete(var id, long caller, var text, var options) ->
                pump(id, caller, true, Caller.speakingFor(caller, () -> List.of(engine.submit(text, options))), null);
            case ToWorker.CompleteTokens(var id, long caller, var tokens, var options) ->
                pump(
                        id,
                        caller,
                        true,
                        Caller.speakingFor(caller, () -> List.of(engine.submit(unboxed(tokens), options))),
                        null);
            case ToWorker.CompleteAll(var id, long caller, var text, var options) ->
                pump(id, caller, false, Caller.speakingFor(caller, () -> engine.submitAll(text, options)), null);
            case ToWorker.Chat(var id, long caller, var messages, var options, boolean resumed) -> {
                var chat = Caller.speakingFor(caller, () -> engine.submit(messages, options, resumed));
                pump(id, caller, true, List.of(chat.run()), chat.reader());
            }
            case ToWorker.ScoreText(var id, long caller, var text, var options) ->
                score(id, caller, options, wanted -> engine.score(text, wanted));
            case ToWorker.ScoreAll(var id, long caller, var prompt, var continuations, var options) ->
                score(id, caller, options, wanted -> engine.score(prompt, continuations, wanted));
            case ToWorker.Evaluate(var id, long caller, var text) ->
                keep(id, Caller.speakingFor(caller, () -> engine.evaluate(text)));
            case ToWorker.EvaluateTokens(var id, long caller, var tokens) ->
                keep(id, Caller.speakingFor(caller, () -> engine.evaluate(unboxed(tokens))));
            case ToWorker.Row(var id, var evaluation, int position) -> voice.value(id, row(kept(evaluation), position));
            case ToWorker.Logprob(var id, var evaluation, int position, int token) ->
                voice.value(id, kept(evaluation).logprob(position, token));
            case ToWorker.Top(var id, var evaluation, int position, int n) ->
                voice.value(id, kept(evaluation).top(position, n));
            case ToWorker.Load _,
                    ToWorker.More _,
                    ToWorker.Patience _,
                    ToWorker.HandTo _,
                    ToWorker.Stop _,
                    ToWorker.Release _ -> throw new IllegalStateException("out of place: " + order);
        }
    }

    private static int[] unboxed(List<Integer> tokens) {
        return tokens.stream().mapToInt(Integer::intValue).toArray();
    }

    private void pump(
            long first, long caller, boolean stalls, List<? extends TokenSource> runs, @Nullable PartReader parts) {
        voice.say(new FromWorker.Started(
                first,
                runs.stream()
                        .map(run -> new FromWorker.Facts(run.limits(), run.promptTokens(), run.echoed()))
                        .toList()));
        for (int i = 0; i < runs.size(); i++) {
            long id = first + i;
            var pump = new Pump(id, caller, runs.get(i), parts, stalls, voice);
            pumps.put(id, pump);
            Thread.startVirtualThread(() -> {
                pump.run();
                pumps.remove(id);
            });
        }
    }

    private void score(long id, long caller, ScoreOptions options, Function<ScoreOptions, Object> work) {
        try {
            var control = options.control().withCancel(Optional.ofNullable(scores.get(id)));
            voice.value(id, Caller.speakingFor(caller, () -> work.apply(options.withControl(control))));
        } finally {
            scores.remove(id);
        }
    }

    private void keep(long id, Evaluation evaluation) {
        evaluations.put(id, evaluation);
        var tokens = Arrays.stream(evaluation.tokens()).boxed().toList();
        voice.value(id, new ToWorker.Evaluated(tokens, evaluation.vocabularySize()));
    }

    private Evaluation kept(long id) {
        var evaluation = evaluations.get(id);
        if (evaluation == null) {
            throw new IllegalStateException("Evaluation is closed");
        }
        return evaluation;
    }

    private static float[] row(Evaluation evaluation, int position) {
        var row = new float[evaluation.vocabularySize()];
        evaluation.copyRow(position, row);
        return row;
    }
}
