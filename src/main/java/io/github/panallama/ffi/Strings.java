package io.github.panallama.ffi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/// Text across the boundary: UTF-8 with a length on the way in, C strings only for paths.
public final class Strings {
    private Strings() {}

    /// {@return the UTF-8 bytes, without a terminating NUL; never an empty segment, so that its address is valid}
    ///
    /// @param allocator where they are put
    /// @param bytes the bytes
    public static MemorySegment bytes(SegmentAllocator allocator, byte[] bytes) {
        var segment = allocator.allocate(Math.max(bytes.length, 1));
        MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return segment;
    }

    /// {@return a C string}
    ///
    /// @param allocator where it is put
    /// @param text without U+0000
    /// @throws IllegalArgumentException if there is a U+0000 in it, which would cut it short in C
    public static MemorySegment cString(SegmentAllocator allocator, String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("U+0000 in a name or path");
        }
        return allocator.allocateFrom(text);
    }

    /// {@return the text that a C function has put into a buffer}
    ///
    /// @param buffer the buffer
    /// @param length number of bytes
    public static String text(MemorySegment buffer, int length) {
        return new String(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    /// {@return the text of a C string that the library owns}
    ///
    /// @param pointer to it
    @SuppressWarnings("restricted") // a C string has no length to check
    public static String cText(MemorySegment pointer) {
        return pointer.reinterpret(Long.MAX_VALUE).getString(0);
    }
}
