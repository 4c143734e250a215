package io.github.panallama.gguf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BadGgufTest {
    private static final long HUGE = 1L << 60;

    @TempDir
    private Path folder;

    private Path file(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("model.gguf"), bytes);
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                refused("the file is empty", new GgufBytes()),
                refused(
                        "begins with the bytes 00 01 02 03",
                        new GgufBytes().u32(0x03020100).zeros(64)),
                refused("web page", new GgufBytes().raw("\n <!DOCTYPE html><html><body>404</body></html>")),
                refused(
                        "Git LFS pointer, not the model of 98,362,432 bytes",
                        new GgufBytes()
                                .raw("version https://git-lfs.github.com/spec/v1\noid sha256:b179\nsize 98362432\n")),
                refused("safetensors", new GgufBytes().u64(60).raw("{\"a\":{}}").zeros(52)),
                refused("zip archive", new GgufBytes().raw("PK\3\4").zeros(64)),
                refused("before GGUF", new GgufBytes().raw("tjgg").zeros(64)),
                refused("begins with \"Hello, ä\"", new GgufBytes().raw("Hello, ä\nworld\n")),
                refused("text file", new GgufBytes().raw("ab")),
                refused("big-endian", new GgufBytes().raw("GGUF").u32(3 << 24).zeros(64)),
                refused("version 1", new GgufBytes().raw("GGUF").u32(1).zeros(64)),
                refused("version 4", new GgufBytes().raw("GGUF").u32(4).zeros(64)),
                refused("cannot be 1152921504606846976 metadata keys", GgufBytes.header(0, HUGE)),
                refused("cannot be 18446744073709551615 metadata keys", GgufBytes.header(0, -1)),
                refused(
                        "cannot be 100,000 metadata keys",
                        GgufBytes.header(0, 100_000).zeros(2_000_000)),
                refused("cannot be 1152921504606846976 tensors", GgufBytes.header(HUGE, 0)),
                refused(
                        "length of 1152921504606846976",
                        GgufBytes.header(0, 1).u64(HUGE).zeros(64)),
                refused("has no name", GgufBytes.header(0, 1).u64(0).zeros(64)),
                refused(
                        "'a' is there twice",
                        GgufBytes.header(0, 2).text("a", "x").text("a", "y")),
                refused(
                        "unknown type 13",
                        GgufBytes.header(0, 1).string("a").u32(13).zeros(64)),
                refused(
                        "array of arrays",
                        GgufBytes.header(0, 1)
                                .key("a", GgufType.ARRAY)
                                .u32(GgufType.ARRAY.number())
                                .zeros(64)),
                refused(
                        "the value of 'a' has a length",
                        GgufBytes.header(0, 1)
                                .key("a", GgufType.STRING)
                                .u64(HUGE)
                                .zeros(64)),
                refused(
                        "texts in the value of 'a'",
                        GgufBytes.header(0, 1)
                                .key("a", GgufType.ARRAY)
                                .u32(GgufType.STRING.number())
                                .u64(HUGE)),
                refused(
                        "elements in the value of 'a'",
                        GgufBytes.header(0, 1)
                                .key("a", GgufType.ARRAY)
                                .u32(GgufType.FLOAT64.number())
                                .u64(HUGE)),
                refused(
                        "power of two",
                        GgufBytes.header(0, 1)
                                .key("general.alignment", GgufType.UINT32)
                                .u32(48)),
                refused(
                        "power of two",
                        GgufBytes.header(0, 1)
                                .key("general.alignment", GgufType.UINT32)
                                .u32(0)),
                refused("not a uint32", GgufBytes.header(0, 1).text("general.alignment", "32")),
                refused(
                        "'a' is there twice",
                        GgufBytes.header(2, 0)
                                .tensor("a", 0, 0, 8)
                                .tensor("a", 0, 32, 8)
                                .zeros(99)),
                refused("has 5 dimensions", GgufBytes.header(1, 0).tensor("a", 0, 0, 1, 1, 1, 1, 1)),
                refused("has a length of 65", GgufBytes.header(1, 0).tensor("a".repeat(65), 0, 0, 1)),
                refused("impossible shape", GgufBytes.header(1, 0).tensor("a", 0, 0, -1)),
                refused("impossible shape", GgufBytes.header(1, 0).tensor("a", 0, 0, 1L << 40, 1L << 40)),
                refused("impossible shape", GgufBytes.header(1, 0).tensor("a", 0, 0, Long.MAX_VALUE)),
                refused("rows of 33 values", GgufBytes.header(1, 0).tensor("a", 2, 0, 33)),
                refused("start at 8, expected 0", GgufBytes.header(1, 0).tensor("a", 0, 8, 8)),
                refused("start at 18446744073709551584", GgufBytes.header(1, 0).tensor("a", 0, -32, 8)),
                refused(
                        "start at 64, expected 32",
                        GgufBytes.header(2, 0).tensor("a", 0, 0, 8).tensor("b", 0, 64, 8)),
                refused(
                        "the file is truncated: 67 bytes of 4,096,096; download it again",
                        GgufBytes.header(1, 0).tensor("abc", 0, 0, 1024, 1000).zeros(0)));
    }

    private static Arguments refused(String message, GgufBytes bytes) {
        return Arguments.of(message, bytes.bytes());
    }

    @ParameterizedTest
    @MethodSource("refused")
    void eachFaultIsNamed(String message, byte[] bytes) throws IOException {
        var path = file(bytes);
        var exception = assertThrows(GgufException.class, () -> GgufFile.read(path));
        assertTrue(said(exception).contains(message), said(exception));
        assertTrue(said(exception).startsWith(path.toString()), said(exception));
    }

    private static String said(Exception exception) {
        return String.valueOf(exception.getMessage());
    }

    @Test
    void theOffsetSaysWhere() throws IOException {
        var path = file(new GgufBytes().raw("GGUF").u32(9).bytes());
        var exception = assertThrows(GgufException.class, () -> GgufFile.read(path));
        assertEquals(OptionalLong.of(4), exception.offset());
    }

    @Test
    void aFolderIsNoModel() {
        assertThrows(GgufException.class, () -> GgufFile.read(folder));
    }

    @Test
    void everyTruncationIsRefused() throws IOException {
        var whole = GgufBytes.sample();
        for (int length = 0; length < whole.length; length++) {
            var path = file(Arrays.copyOf(whole, length));
            var exception = assertThrows(GgufException.class, () -> GgufFile.read(path), "first " + length);
            assertTrue(said(exception).contains("download"), said(exception));
        }
    }

    @Test
    void noMutationEndsInAnythingElse() throws IOException {
        var whole = GgufBytes.sample();
        var path = file(whole);
        var random = new Random(20_250_101);
        int accepted = 0;
        try (var channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            for (int i = 0; i < 20_000; i++) {
                int at = random.nextInt(whole.length);
                byte mutated = (byte) random.nextInt(256);
                write(channel, at, mutated);
                try {
                    var file = GgufFile.read(path);
                    accepted++;
                    assertEquals(whole.length, file.bytes());
                    // what was accepted must also be usable
                    assertTrue(file.toString().length() > 10
                            && !file.metadata().toString().isEmpty());
                } catch (GgufException e) {
                    assertTrue(said(e).length() < 2000, said(e));
                }
                write(channel, at, whole[at]);
            }
        }
        assertTrue(accepted > 1_000 && accepted < 19_000, accepted + " of 20,000 accepted");
    }

    private static void write(FileChannel channel, int at, byte value) throws IOException {
        assertEquals(1, channel.write(ByteBuffer.wrap(new byte[] {value}), at));
    }

    @Test
    void aMessageIsShortWhateverIsInTheFile() throws IOException {
        var path = file("x".repeat(10_000).getBytes(UTF_8));
        var exception = assertThrows(GgufException.class, () -> GgufFile.read(path));
        assertTrue(said(exception).length() < 300, said(exception));
    }
}
