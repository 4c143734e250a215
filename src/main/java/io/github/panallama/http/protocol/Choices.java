package io.github.panallama.http.protocol;

import io.github.panallama.completion.Cancel;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The choices of a request, generated side by side. No more at once than the model has slots, so that a request for
/// many does not fill the queue that all requests share. If one fails, all do.
///
/// @param <T> what is made of a choice
final class Choices<T> {
    /// Makes a choice.
    @FunctionalInterface
    interface Maker<T> {
        /// {@return a choice}
        ///
        /// @param index of the choice
        /// @param cancel ends it
        T make(int index, Cancel cancel);
    }

    private final Maker<T> maker;
    private final Semaphore slots;
    private final Cancel cancel = new Cancel();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    private Choices(Maker<T> maker, int slots) {
        this.maker = maker;
        this.slots = new Semaphore(slots, true);
    }

    /// {@return all choices, in order}
    ///
    /// @param count how many
    /// @param slots how many at once
    /// @param cancel ends them all
    static <T> List<T> all(int count, int slots, Cancel cancel, Maker<T> maker) {
        if (count == 1) {
            return List.of(maker.make(0, cancel));
        }
        var choices = new Choices<>(maker, slots);
        var link = cancel.onCancel(choices.cancel::cancel);
        try {
            return choices.run(count);
        } finally {
            link.remove();
        }
    }

    private List<T> run(int count) {
        List<Future<T>> made;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            IntFunction<Future<T>> start = index -> threads.submit(() -> make(index));
            made = IntStream.range(0, count).mapToObj(start).toList();
        }
        switch (failure.get()) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Throwable e -> throw new IllegalStateException(e);
        }
        return made.stream().map(Future::resultNow).toList();
    }

    private T make(int index) throws InterruptedException {
        try {
            slots.acquire();
            try {
                if (cancel.isCancelled()) {
                    throw new CancellationException("another choice failed");
                }
                return maker.make(index, cancel);
            } finally {
                slots.release();
            }
        } catch (Throwable e) {
            failure.compareAndSet(null, e); // the first one: it makes the others fail
            cancel.cancel();
            throw e;
        }
    }
}
