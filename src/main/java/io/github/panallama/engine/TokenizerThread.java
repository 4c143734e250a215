package io.github.panallama.engine;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Runs tokenizing and template rendering on one thread with a big stack.
///
/// llama.cpp splits text for some vocabularies with std::regex, which recurses once per character of a run: on a stack
/// of
/// 1 MiB, a Java thread's default, some 2,800 equal characters would end the process.
final class TokenizerThread implements AutoCloseable {
    /// Reserved, not used: the system gives pages as they are touched. About 400 bytes per character of a run.
    static final long STACK_BYTES = 512L << 20;

    private final ExecutorService executor = Executors.newSingleThreadExecutor(task -> {
        var thread = new Thread(null, task, "panallama-tokenizer", STACK_BYTES, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        return thread;
    });

    /// {@return what the task returned}
    ///
    /// @throws IllegalStateException when closed
    <T> T call(Supplier<T> task) {
        Future<T> future;
        try {
            future = executor.submit(task::get);
        } catch (RejectedExecutionException e) {
            throw new IllegalStateException("Llama is closed", e);
        }
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException e) { // milliseconds: finish, and let the caller's next wait see it
                    interrupted = true;
                } catch (ExecutionException e) {
                    switch (e.getCause()) {
                        case RuntimeException cause -> throw cause;
                        case Error cause -> throw cause;
                        case null, default -> throw new AssertionError(e);
                    }
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Waits for the tasks that were accepted, interrupted or not: dropping one would leave its caller waiting for
    /// ever.
    @Override
    public void close() {
        executor.shutdown();
        boolean interrupted = false;
        while (true) {
            try {
                if (executor.awaitTermination(1, TimeUnit.MINUTES)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
