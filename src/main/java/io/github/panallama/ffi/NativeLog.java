package io.github.panallama.ffi;

import io.github.panallama.ffi.gen.panallama_h;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/// llama.cpp's log, which the shim keeps in a ring: nothing is printed unless someone drains it.
public final class NativeLog {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int HEADER_BYTES = 5;
    private static final ValueLayout.OfInt LENGTH = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private NativeLog() {}

    /// Hands over what has been logged since the last call, line by line.
    ///
    /// @param sink takes the lines
    public static void drain(Consumer<String> sink) {
        try (var ta = Arena.ofConfined()) {
            var buffer = ta.allocate(BUFFER_BYTES);
            int bytes;
            while ((bytes = panallama_h.pan_log_drain(buffer, BUFFER_BYTES)) > 0) {
                for (long at = 0; at < bytes; ) {
                    int length = buffer.get(LENGTH, at + 1);
                    sink.accept(Strings.text(buffer.asSlice(at + HEADER_BYTES), length));
                    at += HEADER_BYTES + length;
                }
            }
        }
    }
}
