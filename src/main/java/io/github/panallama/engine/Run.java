package io.github.panallama.engine;

import io.github.panallama.completion.Cancel;
import io.github.panallama.completion.Control;
import io.github.panallama.completion.FinishReason;
import io.github.panallama.completion.Timings;
import io.github.panallama.completion.Token;
import io.github.panallama.completion.Usage;
import io.github.panallama.limits.Applied;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One request, from the caller's side: its tokens as they come, its outcome, and the way to end it.
public final class Run implements TokenSource {
    private final Requests requests;
    private final TokenChannel channel;
    private final Request request;
    private final @Nullable SamplerChain chain;
    private final boolean stalls;
    private volatile Object consumer = Caller.current(); // who opened it, then who takes its tokens
    private final long submitted = System.nanoTime();
    private volatile @Nullable String cancelled;
    private boolean
            ended; // guarded by this, as what follows: it is given back when the run ends, or at once after that
    private Cancel.@Nullable Registration registration;
    private @Nullable Future<?> timer;

    /// @param requests where it waits and runs
    /// @param request what is asked
    /// @param chain chooses its tokens, and is closed when it ends; null if it generates none
    /// @param stalls whether it pauses while its consumer does not take tokens; else they all pile up
    Run(Requests requests, Request request, @Nullable SamplerChain chain, boolean stalls) {
        this.requests = requests;
        this.request = request;
        this.chain = chain;
        this.stalls = stalls;
        this.channel = new TokenChannel(requests::wake, stalls ? capacity(request) : Integer.MAX_VALUE);
    }

    /// Fewer tokens wait the more alternatives each carries, so that a stalled consumer cannot fill the heap.
    private static int capacity(Request request) {
        int alternatives = request.options().logprobs().orElse(0);
        return Math.clamp(TokenChannel.CAPACITY * 64L / (alternatives + 1L), 1, TokenChannel.CAPACITY);
    }

    @Override
    public void refuseEngine() {
        requests.refuseEngine();
    }

    @Override
    public @Nullable Token take(boolean patient) throws InterruptedException {
        handTo(Caller.current());
        return channel.take(patient);
    }

    @Override
    public void handTo(Object caller) {
        consumer = caller;
    }

    @Override
    public Outcome outcome() {
        return channel.outcome();
    }

    @Override
    public Applied limits() {
        return request.limits();
    }

    @Override
    public int promptTokens() {
        return request.reading().shown().size();
    }

    @Override
    public String echoed() {
        return request.options().prompt().echo() ? request.prompt().text() : "";
    }

    @Override
    public void cancel(String reason) {
        if (cancelled == null) {
            cancelled = reason;
            requests.cancel(this, reason);
        }
    }

    /// Has it ended by its deadline or its handle. Before it is submitted: what is cancelled by then never runs.
    ///
    /// @param since when the time of the deadline began, as of [System#nanoTime]
    void arm(Control control, ScheduledExecutorService timers, long since) {
        control.cancel().ifPresent(handle -> keep(handle.onCancel(() -> cancel("cancelled by the caller"))));
        control.deadline().ifPresent(deadline -> {
            long left = TimeUnit.NANOSECONDS.convert(deadline) - (System.nanoTime() - since);
            try {
                keep(timers.schedule(
                        () -> cancel("the deadline of %s s has passed".formatted(deadline.toMillis() / 1000.0)),
                        left,
                        TimeUnit.NANOSECONDS));
            } catch (RejectedExecutionException e) { // the engine is being closed, which ends this request
                cancel("Llama was closed");
            }
        });
    }

    private synchronized void keep(Cancel.Registration registration) {
        this.registration = registration;
        giveBackIfEnded();
    }

    private synchronized void keep(Future<?> timer) {
        this.timer = timer;
        giveBackIfEnded();
    }

    private void giveBackIfEnded() {
        if (ended && registration != null) {
            registration.remove();
        }
        if (ended && timer != null) {
            timer.cancel(false);
        }
    }

    @Nullable
    String cancelled() {
        return cancelled;
    }

    TokenChannel channel() {
        return channel;
    }

    Request request() {
        return request;
    }

    /// {@return what chooses its tokens}
    SamplerChain chain() {
        if (chain == null) {
            throw new IllegalStateException("a request for no tokens has no sampler chain: please report");
        }
        return chain;
    }

    /// {@return whether it pauses while its consumer does not take tokens}
    boolean stalls() {
        return stalls;
    }

    /// {@return whom its tokens are for}
    Object consumer() {
        return consumer;
    }

    /// {@return when it was submitted, as of [System#nanoTime]}
    long submitted() {
        return submitted;
    }

    /// Ends it with an outcome. The first end counts.
    void finish(Outcome outcome) {
        close();
        channel.finish(outcome);
    }

    /// Ends it with a failure.
    void fail(RuntimeException failure) {
        close();
        channel.fail(failure);
    }

    /// Ends it before it has started.
    void finishUnstarted(FinishReason reason) {
        var usage = new Usage(request.prompt().tokens().length, 0);
        finish(new Outcome(reason, usage, request.seed(), request.limits(), Timings.NONE));
    }

    private synchronized void close() {
        if (!ended) {
            ended = true;
            giveBackIfEnded();
            if (chain != null) {
                chain.close();
            }
        }
    }
}
