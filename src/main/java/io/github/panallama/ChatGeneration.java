package io.github.panallama;

import io.github.panallama.chat.ChatReply;
import io.github.panallama.chat.ReplyPart;
import io.github.panallama.engine.PartReader;
import io.github.panallama.limits.Applied;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// A reply that is being generated: iterate to get its parts as they come, ask for the [#result()] to get the whole.
///
/// It can be iterated once. Leaving early is fine: closing it stops the work within one step of the engine.
///
/// ```java
/// try (var reply = llama.generate(List.of(Message.user("Tell me a story.")), ChatOptions.DEFAULT)) {
///     for (var part : reply) {
///         IO.print(part.text());
///     }
/// }
/// ```
///
/// All methods may be called from any thread. A thread that is interrupted while it waits gets a
/// [CancellationException] and keeps its interrupt flag; the reply is then cancelled.
public final class ChatGeneration implements Iterable<ReplyPart>, AutoCloseable {
    private final Generation generation;
    private final PartReader reader;
    private final ReentrantLock lock = new ReentrantLock(); // held by the one who takes parts; never by close
    private final Deque<ReplyPart> ahead = new ArrayDeque<>();
    private final Iterator<ReplyPart> iterator = new Parts();
    private @Nullable ChatReply result;
    private volatile boolean closed;

    ChatGeneration(Generation generation, PartReader reader) {
        this.generation = generation;
        this.reader = reader;
    }

    /// {@return the one iterator over the parts: each part is handed out once, however often this is called}
    @Override
    public Iterator<ReplyPart> iterator() {
        return iterator;
    }

    /// {@return the parts as a stream; closing the stream closes the generation}
    public Stream<ReplyPart> stream() {
        var spliterator = Spliterators.spliteratorUnknownSize(iterator, Spliterator.ORDERED | Spliterator.NONNULL);
        return StreamSupport.stream(spliterator, false).onClose(this::close);
    }

    /// {@return the whole reply, the parts that were iterated included; waits for what is left}
    ///
    /// After [#close()] it is the part that exists, finished with `FinishReason.Cancelled`.
    ///
    /// @throws CancellationException if this thread is interrupted while it waits
    /// @throws IllegalStateException if the Llama was closed meanwhile
    public ChatReply result() {
        lock();
        try {
            var reply = result;
            while (reply == null) {
                advance();
                reply = result;
            }
            return reply;
        } finally {
            lock.unlock();
        }
    }

    /// {@return how many tokens it may generate, and why: what the result will report, known from the beginning}
    public Applied limits() {
        return generation.limits();
    }

    /// Stops the work, unless it has ended. Further parts are not handed out; the [#result()] has those that exist.
    @Override
    public void close() {
        closed = true;
        generation.close();
    }

    private void lock() {
        try {
            lock.lockInterruptibly();
        } catch (InterruptedException e) {
            generation.close();
            Thread.currentThread().interrupt();
            var cancelled = new CancellationException("interrupted while waiting for a part of a reply");
            cancelled.initCause(e);
            throw cancelled;
        }
    }

    /// Takes one more token, or makes the result when there are no more.
    private void advance() {
        var token = closed ? null : generation.poll();
        if (token != null) {
            ahead.addAll(reader.feed(token));
            return;
        }
        var completion = generation.result();
        ahead.addAll(reader.end(completion));
        result = reader.reply(completion);
    }

    private final class Parts implements Iterator<ReplyPart> {
        @Override
        public boolean hasNext() {
            lock();
            try {
                while (ahead.isEmpty() && result == null && !closed) {
                    advance();
                }
                return !ahead.isEmpty() && !closed;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public ReplyPart next() {
            lock();
            try {
                if (closed) {
                    throw new IllegalStateException("ChatGeneration is closed: result() has the part that exists");
                }
                if (!hasNext()) {
                    throw new NoSuchElementException("the reply has ended");
                }
                return ahead.removeFirst();
            } finally {
                lock.unlock();
            }
        }
    }
}
