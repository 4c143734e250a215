package io.github.panallama.engine;

import io.github.panallama.ffi.Status;
import io.github.panallama.ffi.gen.panallama_h;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;

/// The shim's conventions for results of unknown size: call with a buffer, and once more with a larger one if it asks;
/// or
/// take over what it has allocated.
final class Buffers {
    private Buffers() {}

    /// A shim function that fills a buffer.
    @FunctionalInterface
    interface Fill {
        /// {@return the number of elements, or a negative status}
        ///
        /// @param buffer to fill
        /// @param cap its number of elements
        /// @param needed where the function puts the number it needs when the buffer is too small
        int call(MemorySegment buffer, int cap, MemorySegment needed);
    }

    static byte[] fillBytes(SegmentAllocator ta, int guess, String what, Fill fill) {
        return fill(ta, ValueLayout.JAVA_BYTE, guess, what, fill).toArray(ValueLayout.JAVA_BYTE);
    }

    static int[] fillInts(SegmentAllocator ta, int guess, String what, Fill fill) {
        return fill(ta, ValueLayout.JAVA_INT, guess, what, fill).toArray(ValueLayout.JAVA_INT);
    }

    private static MemorySegment fill(SegmentAllocator ta, ValueLayout element, int guess, String what, Fill fill) {
        var needed = ta.allocate(ValueLayout.JAVA_INT);
        int cap = Math.max(guess, 1);
        var buffer = ta.allocate(element, cap);
        int n = fill.call(buffer, cap, needed);
        if (n == panallama_h.PAN_E_SIZE()) {
            cap = needed.get(ValueLayout.JAVA_INT, 0);
            buffer = ta.allocate(element, cap);
            n = fill.call(buffer, cap, needed);
        }
        return buffer.asSlice(0, Status.check(n, what) * element.byteSize());
    }

    /// {@return a text that the shim has allocated, which is then freed}
    ///
    /// @param out where the shim put its address
    /// @param length where the shim put its size in bytes
    @SuppressWarnings("restricted") // of a known length
    static byte[] taken(MemorySegment out, MemorySegment length) {
        var text = out.get(panallama_h.C_POINTER, 0);
        try {
            return text.reinterpret(length.get(ValueLayout.JAVA_INT, 0)).toArray(ValueLayout.JAVA_BYTE);
        } finally {
            panallama_h.pan_free(text);
        }
    }
}
