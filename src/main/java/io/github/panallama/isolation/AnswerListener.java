package io.github.panallama.isolation;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import tools.jackson.databind.JsonNode;

/// Waits for one value.
final class AnswerListener implements WorkerProcess.Listener {
    private final CompletableFuture<JsonNode> answer = new CompletableFuture<>();

    @Override
    public boolean hear(FromWorker said) {
        switch (said) {
            case FromWorker.Value(var _, var value) -> answer.complete(value);
            case FromWorker.Failed(var _, var failure) -> answer.completeExceptionally(failure.exception());
            default -> answer.completeExceptionally(new IllegalStateException("not an answer: " + said));
        }
        return false;
    }

    @Override
    public void fail(RuntimeException failure) {
        answer.completeExceptionally(failure);
    }

    /// {@return the value}
    ///
    /// @param onInterrupt what ends the waiting of who is interrupted
    JsonNode await(Runnable onInterrupt) {
        return await(answer, onInterrupt);
    }

    /// {@return what a future holds}
    ///
    /// @throws CancellationException if the caller is interrupted
    static <T> T await(CompletableFuture<T> future, Runnable onInterrupt) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            onInterrupt.run();
            Thread.currentThread().interrupt();
            var cancelled = new CancellationException("interrupted while waiting for the worker");
            cancelled.initCause(e);
            throw cancelled;
        } catch (CancellationException e) { // what it was completed with, inside another
            throw e.getCause() instanceof CancellationException cancelled ? cancelled : e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                failure.addSuppressed(new CallSite());
                throw failure;
            }
            throw new IllegalStateException("the worker's answer", e.getCause());
        }
    }

    /// Where the caller stood: the failure itself was made by the thread that listens.
    private static final class CallSite extends RuntimeException {
        private static final long serialVersionUID = 1;

        CallSite() {
            super("called from here");
        }
    }
}
