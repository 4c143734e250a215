package io.github.panallama.engine;

import io.github.panallama.error.InsufficientMemoryException;
import io.github.panallama.ffi.Status;
import io.github.panallama.ffi.gen.panallama_h;
import io.github.panallama.memory.FreeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Raw logits of consecutive positions, in native memory. Filled by the scheduler's thread, then read by others.
final class LogitRows implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final int first;
    private final int vocabularySize;
    private final MemorySegment rows;

    /// @param first position of the first row
    /// @param count how many rows
    /// @param vocabularySize numbers in a row
    /// @throws InsufficientMemoryException if there is not so much memory
    LogitRows(int first, int count, int vocabularySize) {
        this.first = first;
        this.vocabularySize = vocabularySize;
        long bytes = (long) count * vocabularySize * Float.BYTES;
        if (bytes > FreeMemory.bytes()) {
            arena.close();
            throw new InsufficientMemoryException(tooLarge(bytes, count));
        }
        try {
            rows = arena.allocate(bytes, Float.BYTES);
        } catch (OutOfMemoryError e) {
            arena.close();
            throw new InsufficientMemoryException(tooLarge(bytes, count), e);
        }
    }

    private String tooLarge(long bytes, int count) {
        return "the raw logits need %,d bytes (%,d positions x %,d tokens x 4) and there is not so much memory: evaluate a shorter text, or use score, which keeps only what it reports"
                .formatted(bytes, count, vocabularySize);
    }

    int first() {
        return first;
    }

    int vocabularySize() {
        return vocabularySize;
    }

    /// Copies a row out of the context that has just evaluated it.
    void add(Context context, int row, int position) {
        Status.check(
                panallama_h.pan_logits(context.pointer(), row, row(position), vocabularySize),
                "copying a row of logits");
    }

    /// {@return the row of a position}
    MemorySegment row(int position) {
        long bytes = (long) vocabularySize * Float.BYTES;
        return rows.asSlice((position - first) * bytes, bytes);
    }

    @Override
    public void close() {
        arena.close();
    }
}
