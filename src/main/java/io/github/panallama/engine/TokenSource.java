package io.github.panallama.engine;

import io.github.panallama.completion.FinishReason;
import io.github.panallama.completion.Token;
import io.github.panallama.limits.Applied;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One request, from the caller's side: its tokens as they come, its outcome, and the way to end it.
public interface TokenSource {
    /// Refuses the thread that computes the tokens: it cannot wait for them.
    ///
    /// @throws IllegalStateException on that thread
    void refuseEngine();

    /// {@return the next token, or null when there are no more}
    ///
    /// @param patient whether it is enough to have it when many are there, or the last one is: cheaper for who
    /// computes
    /// @throws InterruptedException if the caller is interrupted while it waits; the request goes on
    @Nullable
    Token take(boolean patient) throws InterruptedException;

    /// Says for whom its tokens are; [#take] says that it is whoever takes.
    ///
    /// @param caller comparable with `equals`
    void handTo(Object caller);

    /// {@return how it ended, once [#take] has given null}
    Outcome outcome();

    /// {@return how many tokens it may generate, and why}
    Applied limits();

    /// {@return how many of the tokens are the prompt's own: they come first}
    int promptTokens();

    /// {@return the prompt as the caller wrote it, if it is to stand before the completion; else an empty text}
    String echoed();

    /// Ends it within one step of the engine; the tokens that exist stay readable. Does nothing when it has ended.
    ///
    /// @param reason reported as the finish reason
    void cancel(String reason);

    /// Takes all its tokens, to the end.
    ///
    /// @throws CancellationException if it was cancelled, or the caller is interrupted while it waits; it has ended
    /// then
    default void drain(Consumer<Token> out) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    var token = take(true);
                    if (token == null) {
                        break;
                    }
                    out.accept(token);
                } catch (InterruptedException e) {
                    interrupted = true;
                    cancel("interrupted");
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        if (outcome().finish() instanceof FinishReason.Cancelled(var reason)) {
            throw new CancellationException(reason);
        }
    }
}
