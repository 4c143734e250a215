package io.github.panallama;

import io.github.panallama.completion.Completion;
import io.github.panallama.completion.Token;
import io.github.panallama.engine.TokenSource;
import io.github.panallama.limits.Applied;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// A completion that is being generated: iterate to get its tokens as they come, ask for the [#result()] to get the
/// whole.
///
/// With an echoed prompt, its tokens come first. It can be iterated once. Leaving early is fine: closing it stops the
/// work within one step of the engine.
///
/// ```java
/// try (var story = llama.generate("Once upon a time", CompletionOptions.DEFAULT)) {
///     for (var token : story) {
///         IO.print(token.text());
///     }
/// }
/// ```
///
/// All methods may be called from any thread. A thread that is interrupted while it waits for a token gets a
/// [CancellationException] and keeps its interrupt flag; the generation is then cancelled.
public final class Generation implements Iterable<Token>, AutoCloseable {
    /// The net under a generation that nobody closes: it would hold its slot for ever.
    private static final Cleaner CLEANER = Cleaner.create();

    private final TokenSource run;
    private final Llama llama; // reachable while this is: it would be closed when it is forgotten
    private final ReentrantLock lock = new ReentrantLock(); // held by the one who takes tokens; never by close
    private final List<Token> taken = new ArrayList<>();
    private final Tokens iterator = new Tokens();
    private @Nullable Completion result;
    private volatile boolean closed;

    Generation(TokenSource run, Llama llama) {
        this.run = run;
        this.llama = llama;
        CLEANER.register(this, () -> run.cancel("abandoned"));
    }

    /// {@return the one iterator over the tokens: each token is handed out once, however often this is called}
    @Override
    public Iterator<Token> iterator() {
        return iterator;
    }

    /// {@return the tokens as a stream; closing the stream closes the generation}
    public Stream<Token> stream() {
        var spliterator = Spliterators.spliteratorUnknownSize(iterator, Spliterator.ORDERED | Spliterator.NONNULL);
        return StreamSupport.stream(spliterator, false).onClose(this::close);
    }

    /// {@return the whole completion, the tokens that were iterated included; waits for what is left}
    ///
    /// After [#close()] it is the part that exists, finished with `FinishReason.Cancelled`.
    ///
    /// @throws CancellationException if this thread is interrupted while it waits
    /// @throws IllegalStateException if the Llama was closed meanwhile
    public Completion result() {
        acquire();
        try {
            while (result == null) {
                var _ = takeNext(true);
            }
            return result;
        } finally {
            lock.unlock();
        }
    }

    /// {@return how many tokens it may generate, and why: what the result will report, known from the beginning}
    public Applied limits() {
        return run.limits();
    }

    /// {@return the prompt as it stands before the completion; empty unless it is echoed}
    public String echo() {
        return run.echoed();
    }

    /// {@return how many of the tokens are those of an echoed prompt: they come first}
    public int echoTokens() {
        return run.promptTokens();
    }

    /// Stops the work, unless it has ended. Further tokens are not handed out; the [#result()] has those that exist.
    @Override
    public void close() {
        closed = true;
        run.cancel("closed by the caller");
    }

    private void acquire() {
        run.refuseEngine();
        try {
            lock.lockInterruptibly();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private CancellationException interrupted(InterruptedException e) {
        run.cancel("interrupted");
        Thread.currentThread().interrupt();
        var cancelled = new CancellationException("interrupted while waiting for a token");
        cancelled.initCause(e);
        return cancelled;
    }

    /// Takes one more token into `taken`, or makes the result when there are no more.
    ///
    /// @param patient whether nobody looks at it before the end
    private @Nullable Token takeNext(boolean patient) {
        Token token;
        try {
            token = run.take(patient);
        } catch (InterruptedException e) {
            throw interrupted(e);
        } finally {
            Reference.reachabilityFence(llama);
        }
        if (token != null) {
            taken.add(token);
            return token;
        }
        result = run.outcome().completion(run, taken);
        return null;
    }

    /// {@return the next token, or null when there are no more, also after a close}
    @Nullable
    Token poll() {
        acquire();
        try {
            return iterator.hasNext() ? iterator.handOver() : null;
        } finally {
            lock.unlock();
        }
    }

    private final class Tokens implements Iterator<Token> {
        private @Nullable Token ahead;

        @Override
        public boolean hasNext() {
            acquire();
            try {
                if (ahead == null && result == null && !closed) {
                    ahead = takeNext(false);
                }
                return ahead != null && !closed;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public Token next() {
            acquire();
            try {
                if (closed) {
                    throw new IllegalStateException("Generation is closed: result() has the part that exists");
                }
                var token = hasNext() ? handOver() : null;
                if (token == null) {
                    throw new NoSuchElementException("the generation has ended");
                }
                return token;
            } finally {
                lock.unlock();
            }
        }

        @Nullable
        Token handOver() {
            var token = ahead;
            ahead = null;
            return token;
        }
    }
}
