package io.github.panallama.isolation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/// Any bytes from the other process, whatever it has become: frames of values, or an [IOException].
class WireFuzzTest {
    @FuzzTest
    void read(byte[] bytes) {
        var frame = ByteBuffer.allocate(Integer.BYTES + bytes.length);
        frame.putInt(bytes.length).put(bytes);
        for (var sent : List.of(bytes, frame.array())) {
            check(sent, ToWorker.class);
            check(sent, FromWorker.class);
        }
    }

    /// What has been read is written and read again: the same.
    private static <T> void check(byte[] bytes, Class<T> type) {
        var in = new DataInputStream(new ByteArrayInputStream(bytes));
        try {
            for (var value = Wire.read(in, type); value != null; value = Wire.read(in, type)) {
                var written = Wire.bytes(value);
                assertArrayEquals(written, Wire.bytes(Wire.value(Wire.tree(value), type)));
            }
        } catch (IOException refused) {
            // as it should
        }
    }
}
