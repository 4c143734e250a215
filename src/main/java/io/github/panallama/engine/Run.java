package io.github.panallama.engine;

import io.github.panallama.completion.FinishReason;
import io.github.panallama.completion.Timings;
import io.github.panallama.completion.Token;
import io.github.panallama.completion.Usage;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One request, from the caller's side: its tokens as they come, its outcome, and the way to end it.
public final class Run {
    private final Requests requests;
    private final TokenChannel channel;
    private final Request request;
    private volatile Thread consumer = Thread.currentThread(); // who opened it, then who takes its tokens
    private final long submitted = System.nanoTime();
    private volatile @Nullable String cancelled;

    Run(Requests requests, Request request) {
        this.requests = requests;
        this.request = request;
        this.channel = new TokenChannel(requests::wake, capacity(request));
    }

    /// Fewer tokens wait the more alternatives each carries, so that a stalled consumer cannot fill the heap.
    private static int capacity(Request request) {
        int alternatives = request.options().logprobs().orElse(0);
        return Math.clamp(TokenChannel.CAPACITY * 64L / (alternatives + 1L), 1, TokenChannel.CAPACITY);
    }

    /// {@return the next token, or null when there are no more}
    ///
    /// @throws InterruptedException if the caller is interrupted while it waits; the request goes on
    public @Nullable Token take() throws InterruptedException {
        consumer = Thread.currentThread();
        return channel.take();
    }

    /// {@return how it ended, once [#take] has given null}
    public Outcome outcome() {
        return channel.outcome();
    }

    /// Ends it within one step of the engine; the tokens that exist stay readable. Does nothing when it has ended.
    ///
    /// @param reason reported as the finish reason
    public void cancel(String reason) {
        if (cancelled == null) {
            cancelled = reason;
            requests.cancel(this, reason);
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

    /// {@return the thread that its tokens are for}
    Thread consumer() {
        return consumer;
    }

    /// {@return when it was submitted, as of [System#nanoTime]}
    long submitted() {
        return submitted;
    }

    /// Ends it before it has started.
    void finishUnstarted(String reason) {
        finishWithoutTokens(new FinishReason.Cancelled(reason));
    }

    /// Ends a request for no tokens at all.
    void finishEmpty() {
        finishWithoutTokens(new FinishReason.Length());
    }

    private void finishWithoutTokens(FinishReason reason) {
        var nothing = new Timings(Duration.ZERO, Duration.ZERO, Duration.ZERO, 0, 0);
        channel.finish(new Outcome(reason, new Usage(request.prompt().length, 0), request.seed(), nothing));
    }
}
