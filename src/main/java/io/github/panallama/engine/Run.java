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
    private final Thread owner = Thread.currentThread();
    private final long submitted = System.nanoTime();
    private volatile @Nullable String cancelled;

    Run(Requests requests, Request request) {
        this.requests = requests;
        this.request = request;
        this.channel = new TokenChannel(requests::wake);
    }

    /// {@return the next token, or null when there are no more}
    ///
    /// @throws InterruptedException if the caller is interrupted while it waits; the request goes on
    public @Nullable Token take() throws InterruptedException {
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

    /// {@return whether the current thread opened it}
    boolean isOwn() {
        return owner.equals(Thread.currentThread());
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
