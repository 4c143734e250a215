package io.github.panallama.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// A native object that lives until closed: an arena owns the pointer and frees it.
///
/// The engine sees to it that nothing uses the object when it is closed. Should a call still run, close throws and can
/// be
/// repeated.
public abstract class Handle implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final MemorySegment pointer;

    /// Takes ownership of `pointer`.
    ///
    /// @param pointer a non-null native pointer
    /// @param free the C function that frees it
    @SuppressWarnings("restricted") // ties the C lifetime to the arena
    protected Handle(MemorySegment pointer, Consumer<MemorySegment> free) {
        if (pointer.address() == 0) {
            throw new IllegalArgumentException("null pointer");
        }
        this.pointer = pointer.reinterpret(arena, free);
    }

    /// {@return the live pointer}
    ///
    /// @throws IllegalStateException when closed
    public final MemorySegment pointer() {
        if (closed.get()) {
            throw new IllegalStateException(getClass().getSimpleName() + " is closed");
        }
        return pointer;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            try {
                arena.close();
            } catch (IllegalStateException inUse) {
                closed.set(false);
                throw inUse;
            }
        }
    }
}
