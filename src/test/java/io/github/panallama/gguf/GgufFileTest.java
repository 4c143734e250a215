package io.github.panallama.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufFileTest {
    @TempDir
    private Path folder;

    private GgufFile read(byte[] bytes) throws IOException {
        return GgufFile.read(Files.write(folder.resolve("model.gguf"), bytes));
    }

    @Test
    void everyTypeIsReadAsWhatItIs() throws IOException {
        var file = read(GgufBytes.sample());
        assertEquals(3, file.version());
        assertEquals(16, file.metadata().size());
        assertEquals("general.architecture", file.metadata().firstEntry().getKey());
        assertEquals(Optional.of("llama"), file.architecture());
        assertEquals(OptionalLong.of(7), file.parameter("block_count"));
        assertEquals(OptionalLong.of(255), file.integer("test.u8"));
        assertEquals(OptionalLong.of(-1), file.integer("test.i8"));
        assertEquals(OptionalLong.of(-2), file.integer("test.i16"));
        assertEquals(OptionalLong.of(-3), file.integer("test.i32"));
        assertEquals(OptionalLong.of(-4), file.integer("test.i64"));
        assertEquals(
                "18446744073709551615", file.value("test.u64").orElseThrow().toString());
        assertEquals("0.1", file.value("test.f32").orElseThrow().toString());
        assertEquals(OptionalDouble.of(0.1), file.number("test.f64"));
        assertEquals(Optional.of(new GgufValue.Bool(true)), file.value("test.bool"));
        assertEquals(Optional.of("{{ messages }}"), file.chatTemplate());
        assertEquals(Optional.empty(), file.split());
    }

    @Test
    void arraysAreDecodedWhenAsked() throws IOException {
        var file = read(GgufBytes.sample());
        var tokens = file.array("tokenizer.ggml.tokens").orElseThrow();
        assertEquals(List.of("<s>", "", "▁Ä", "\n"), tokens.strings());
        assertEquals("[<s>, , ▁Ä, \\n]", tokens.toString());
        assertEquals(new GgufValue.Text("▁Ä"), tokens.get(2));
        assertThrows(IndexOutOfBoundsException.class, () -> tokens.get(4));
        assertThrows(IllegalStateException.class, tokens::longs);
        var scores = file.array("test.scores").orElseThrow();
        assertArrayEquals(new double[] {1.5, -2}, scores.doubles());
        assertEquals(
                tokens, read(GgufBytes.sample()).array("tokenizer.ggml.tokens").orElseThrow());
    }

    @Test
    void tensorsHaveTheirSizes() throws IOException {
        var file = read(GgufBytes.sample());
        var tensors = file.tensors();
        assertEquals(
                List.of("a", "b", "c"), tensors.stream().map(GgufTensor::name).toList());
        assertEquals(128, tensors.get(0).bytes());
        assertEquals(64, tensors.get(1).bytes(), "an unknown format has the room up to the next");
        assertEquals("type 999", tensors.get(1).typeName());
        assertEquals(40, tensors.get(2).bytes());
        assertEquals(Optional.of(GgmlType.Q4_1), tensors.get(2).type());
        assertEquals(128 + 64 + 40, file.tensorBytes());
        assertEquals(64 + 5 + 64, file.parameterCount());
        assertEquals(Optional.of("Q4_1"), file.fileType());
        assertEquals(0, file.dataOffset() % 32);
    }

    @Test
    void aFileWithoutATypeHasTheTypeOfMostOfItsData() throws IOException {
        var bytes = GgufBytes.header(2, 0)
                .tensor("a", GgmlType.F32.number(), 0, 8)
                .tensor("b", GgmlType.BF16.number(), 32, 64)
                .pad(32)
                .zeros(32 + 128)
                .bytes();
        assertEquals(Optional.of("BF16"), read(bytes).fileType());
    }

    @Test
    void splitsSayWhichPartTheyAre() throws IOException {
        var bytes = GgufBytes.header(0, 3)
                .key("split.no", GgufType.UINT16)
                .u16(1)
                .key("split.count", GgufType.UINT16)
                .u16(3)
                .key("split.tensors.count", GgufType.INT32)
                .u32(290)
                .bytes();
        assertEquals(Optional.of(new GgufSplit(1, 3, 290)), read(bytes).split());
    }

    @Test
    void aVocabularyOfAQuarterMillionTokensIsReadAtOnce() throws IOException {
        int size = 262_144;
        var bytes = GgufBytes.header(0, 1)
                .key("tokenizer.ggml.tokens", GgufType.ARRAY)
                .u32(GgufType.STRING.number())
                .u64(size);
        for (int i = 0; i < size; i++) {
            bytes.string("token " + i);
        }
        var path = Files.write(folder.resolve("big.gguf"), bytes.bytes());
        var tokens = assertTimeout(Duration.ofSeconds(1), () -> GgufFile.read(path))
                .array("tokenizer.ggml.tokens")
                .orElseThrow();
        assertEquals("token 262143", tokens.strings().getLast());
    }

    @Test
    void whatIsMissingIsAnOrdinaryIoException() {
        assertThrows(NoSuchFileException.class, () -> GgufFile.read(folder.resolve("none.gguf")));
    }
}
