package io.github.panallama.isolation;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Hears of the requests of one order: that they have started, then their tokens.
final class RunListener implements WorkerProcess.Listener {
    private final List<WorkerRun> runs;
    private final long first;
    private final Map<Long, WorkerProcess.Listener> listeners;
    private final @Nullable WorkerReply reply;
    private final CompletableFuture<Boolean> started = new CompletableFuture<>();

    /// @param runs the requests
    /// @param first the id of the first of them
    /// @param listeners where it is registered, once for each
    /// @param reply of the one request, if it is a reply
    RunListener(
            List<WorkerRun> runs,
            long first,
            Map<Long, WorkerProcess.Listener> listeners,
            @Nullable WorkerReply reply) {
        this.runs = runs;
        this.first = first;
        this.listeners = listeners;
        this.reply = reply;
    }

    @Override
    public boolean hear(FromWorker said) {
        var run = runs.get((int) (said.id() - first));
        switch (said) {
            case FromWorker.Started(var _, var facts) -> {
                for (int i = 0; i < runs.size(); i++) {
                    runs.get(i).started(facts.get(i));
                }
                started.complete(true);
            }
            case FromWorker.Next(var _, var tokens, var parts) -> {
                if (reply != null) {
                    parts.forEach(reply::add);
                }
                tokens.forEach(run.channel()::put);
            }
            case FromWorker.Ended ended -> {
                if (reply != null) {
                    ended.rest().ifPresent(reply::end);
                }
                run.finish(ended.outcome());
                return false;
            }
            case FromWorker.Failed(var _, var failure) -> {
                if (started.completeExceptionally(failure.exception())) { // none of them runs
                    for (int i = 0; i < runs.size(); i++) {
                        listeners.remove(first + i, this);
                    }
                }
                run.fail(failure.exception());
                return false;
            }
            case FromWorker.Value value -> throw new IllegalStateException("not of a request: " + value);
        }
        return true;
    }

    @Override
    public void fail(RuntimeException failure) {
        started.completeExceptionally(failure);
        runs.forEach(run -> run.fail(failure));
    }

    void await(Runnable onInterrupt) {
        AnswerListener.await(started, onInterrupt);
    }
}
