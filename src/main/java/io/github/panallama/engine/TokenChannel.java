package io.github.panallama.engine;

import io.github.panallama.completion.Token;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Where a running request's tokens wait for its consumer.
///
/// The scheduler never blocks on it: it asks for room before it computes a token, and a consumer that stalls pauses its
/// own request only.
public final class TokenChannel {
    /// The most tokens that may wait; the last step of a request may add those that a stop had held back on top.
    public static final int CAPACITY = 64;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Token> tokens = new ArrayDeque<>();
    private final Runnable onRoom;
    private final int capacity;
    private int wanted; // by the consumer that waits, if one does
    private @Nullable Outcome outcome;
    private @Nullable RuntimeException failure;

    /// @param onRoom called by the consumer's thread when a full channel has room again
    /// @param capacity tokens that may wait
    public TokenChannel(Runnable onRoom, int capacity) {
        this.onRoom = onRoom;
        this.capacity = capacity;
    }

    boolean hasRoom() {
        lock.lock();
        try {
            return tokens.size() < capacity;
        } finally {
            lock.unlock();
        }
    }

    /// Adds a token.
    public void put(Token token) {
        lock.lock();
        try {
            tokens.add(token);
            if (wanted > 0 && tokens.size() >= wanted) {
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Ends it. The first end counts.
    public void finish(Outcome outcome) {
        lock.lock();
        try {
            if (this.outcome == null && failure == null) {
                this.outcome = outcome;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Ends it with what its consumer is to be thrown.
    public void fail(RuntimeException failure) {
        lock.lock();
        try {
            if (outcome == null && this.failure == null) {
                this.failure = failure;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// {@return the next token, or null when there are no more}
    ///
    /// @param patient whether it is enough to have it when many are there, or the last one is: a consumer that
    /// wakes for
    ///     each token takes a processor from those who compute the next
    /// @throws InterruptedException if the caller is interrupted while it waits
    public @Nullable Token take(boolean patient) throws InterruptedException {
        Token token;
        boolean room;
        lock.lockInterruptibly();
        try {
            if (tokens.isEmpty()) {
                await(patient ? Math.clamp(capacity / 2, 1, CAPACITY) : 1);
            }
            if (tokens.isEmpty()) {
                if (failure != null) {
                    throw failure;
                }
                return null;
            }
            room = tokens.size() == capacity;
            token = tokens.removeFirst();
        } finally {
            lock.unlock();
        }
        if (room) {
            onRoom.run();
        }
        return token;
    }

    private void await(int many) throws InterruptedException {
        wanted = many;
        try {
            while (tokens.size() < many && outcome == null && failure == null) {
                changed.await();
            }
        } finally {
            wanted = 0;
        }
    }

    /// {@return how the request ended, once [#take] has given null}
    public Outcome outcome() {
        lock.lock();
        try {
            if (outcome == null) {
                throw new IllegalStateException("the request has not ended");
            }
            return outcome;
        } finally {
            lock.unlock();
        }
    }
}
