package io.github.panallama.gguf;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The bytes of a GGUF file, one field after the other, wrong ones included.
final class GgufBytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    static GgufBytes header(long tensors, long keys) {
        return new GgufBytes().raw("GGUF").u32(3).u64(tensors).u64(keys);
    }

    /// One tensor of each of two formats, one of a format that does not exist yet, and a key of each type.
    static byte[] sample() {
        return header(3, 16)
                .text("general.architecture", "llama")
                .key("general.file_type", GgufType.UINT32)
                .u32(3)
                .key("general.alignment", GgufType.UINT32)
                .u32(32)
                .key("llama.block_count", GgufType.UINT16)
                .u16(7)
                .key("test.u8", GgufType.UINT8)
                .u8(255)
                .key("test.i8", GgufType.INT8)
                .u8(255)
                .key("test.i16", GgufType.INT16)
                .u16(0xFFFE)
                .key("test.i32", GgufType.INT32)
                .u32(-3)
                .key("test.u64", GgufType.UINT64)
                .u64(-1)
                .key("test.i64", GgufType.INT64)
                .u64(-4)
                .key("test.f32", GgufType.FLOAT32)
                .u32(Float.floatToIntBits(0.1f))
                .key("test.f64", GgufType.FLOAT64)
                .u64(Double.doubleToLongBits(0.1))
                .key("test.bool", GgufType.BOOL)
                .u8(1)
                .key("tokenizer.ggml.tokens", GgufType.ARRAY)
                .u32(GgufType.STRING.number())
                .u64(4)
                .string("<s>")
                .string("")
                .string("▁Ä")
                .string("\n")
                .key("test.scores", GgufType.ARRAY)
                .u32(GgufType.FLOAT32.number())
                .u64(2)
                .u32(Float.floatToIntBits(1.5f))
                .u32(Float.floatToIntBits(-2f))
                .text("tokenizer.chat_template", "{{ messages }}")
                .tensor("a", 1, 0, 32, 2)
                .tensor("b", 999, 128, 5)
                .tensor("c", 3, 192, 64)
                .pad(32)
                .zeros(128 + 64 + 40)
                .bytes();
    }

    GgufBytes tensor(String name, int type, long offset, long... shape) {
        string(name).u32(shape.length);
        for (long n : shape) {
            u64(n);
        }
        return u32(type).u64(offset);
    }

    GgufBytes text(String key, String value) {
        return key(key, GgufType.STRING).string(value);
    }

    GgufBytes key(String key, GgufType type) {
        return string(key).u32(type.number());
    }

    GgufBytes string(String text) {
        return u64(text.getBytes(UTF_8).length).raw(text);
    }

    GgufBytes raw(String text) {
        out.writeBytes(text.getBytes(UTF_8));
        return this;
    }

    GgufBytes u8(int value) {
        out.write(value);
        return this;
    }

    GgufBytes u16(int value) {
        return number(2, value);
    }

    GgufBytes u32(int value) {
        return number(4, value);
    }

    GgufBytes u64(long value) {
        return number(8, value);
    }

    GgufBytes zeros(int count) {
        out.writeBytes(new byte[count]);
        return this;
    }

    GgufBytes pad(int alignment) {
        return zeros((alignment - out.size() % alignment) % alignment);
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    private GgufBytes number(int length, long value) {
        var bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value);
        out.write(bytes.array(), 0, length);
        return this;
    }
}
