package io.github.panallama.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/// One download of a file at a time, on the whole machine. File locks exclude other processes only (a second one of the
/// same JVM is an error, not a wait), so threads first take a lock of their own. The lock file stays: removing it would
/// let a process that waits on the removed file and one that makes a new file both go on.
final class StoreLock implements AutoCloseable {
    private static final Map<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

    private final ReentrantLock thread;
    private final FileChannel channel;

    private StoreLock(ReentrantLock thread, FileChannel channel) {
        this.thread = thread;
        this.channel = channel;
    }

    /// Waits until the lock is free.
    static StoreLock acquire(Path file) throws IOException {
        var thread = THREADS.computeIfAbsent(file.toAbsolutePath(), _ -> new ReentrantLock());
        try {
            thread.lockInterruptibly();
        } catch (InterruptedException e) {
            throw interrupted();
        }
        FileChannel channel = null;
        boolean locked = false;
        try {
            Files.createDirectories(Trees.folder(file));
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            channel.lock(); // released with the channel
            locked = true;
            return new StoreLock(thread, channel);
        } catch (FileLockInterruptionException | ClosedByInterruptException e) {
            throw interrupted();
        } catch (IOException e) {
            throw Disk.cannotWrite(Trees.folder(file), e);
        } finally {
            if (!locked) {
                if (channel != null) {
                    channel.close();
                }
                thread.unlock();
            }
        }
    }

    /// The caller's wish to stop, with the flag that says so put back.
    static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException(
                "interrupted; what has arrived is kept, and the next attempt goes on from it");
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            thread.unlock();
        }
    }
}
