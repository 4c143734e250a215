package io.github.panallama.gguf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.fixture.GgufWriter;
import io.github.panallama.fixture.Models;
import io.github.panallama.fixture.RandomModel;
import io.github.panallama.fixture.TensorType;
import io.github.panallama.fixture.TestVocabulary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ModelRulesTest {
    private static final int TOKENS = TestVocabulary.standard().size();

    @TempDir
    private Path folder;

    private static GgufWriter model() {
        return RandomModel.of(TensorType.F32).gguf();
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                refused(
                        "llama.block_count is 0, not a whole number within 1..512",
                        m -> m.uint32("llama.block_count", 0)),
                refused("llama.block_count is 600", m -> m.uint32("llama.block_count", 600)),
                refused("llama.block_count is two", m -> m.string("llama.block_count", "two")),
                refused("llama.block_count is 1.0", m -> m.float32("llama.block_count", 1)),
                refused("llama.embedding_length is 4294967295", m -> m.uint32("llama.embedding_length", -1)),
                refused("llama.context_length is 64, not", m -> m.uint64("llama.context_length", 64)),
                refused("llama.attention.head_count is -3", m -> m.int32("llama.attention.head_count", -3)),
                refused(
                        "llama.attention.head_count_kv",
                        m -> m.int32s("llama.attention.head_count_kv", List.of(1, -1))),
                refused("at most 512", m -> m.int32s("llama.attention.head_count_kv", Collections.nCopies(513, 1))),
                refused(
                        "llama.attention.layer_norm_rms_epsilon is NaN",
                        m -> m.float32("llama.attention.layer_norm_rms_epsilon", Float.NaN)),
                refused(
                        "rope.scaling.type is foobar, not one of none, linear",
                        m -> m.string("llama.rope.scaling.type", "foobar")),
                refused("llama.expert_count is 2000", m -> m.uint32("llama.expert_count", 2000)),
                refused("llama.expert_used_count is 2", m -> m.uint32("llama.expert_used_count", 2)),
                refused(
                        "llama.expert_used_count is 4, not a whole number within 0..2",
                        m -> m.uint32("llama.expert_count", 2).uint32("llama.expert_used_count", 4)),
                refused(
                        "llama.expert_group_count is 3, not a divisor of the 8 experts",
                        m -> m.uint32("llama.expert_count", 8).uint32("llama.expert_group_count", 3)),
                refused("llama.nextn_predict_layers is 3", m -> m.uint32("llama.nextn_predict_layers", 3)),
                refused("split.count is 2, not of the type uint16", m -> m.uint32("split.count", 2)),
                refused("general.architecture is 7, not a text", m -> m.uint32("general.architecture", 7)),
                refused(
                        "token 300 is \"twice\", which another one is already",
                        m -> m.strings("tokenizer.ggml.tokens", twice())),
                refused(
                        "tokenizer.ggml.scores has not one value for each of the %,d tokens".formatted(TOKENS),
                        m -> m.float32s("tokenizer.ggml.scores", List.of(1f, 2f))),
                refused(
                        "tokenizer.ggml.token_type has not",
                        m -> m.int32s("tokenizer.ggml.token_type", Collections.nCopies(TOKENS + 1, 1))),
                refused("tokenizer.ggml.tokens is empty", m -> m.strings("tokenizer.ggml.tokens", List.of())),
                refused("tokenizer.ggml.tokens is not a list", m -> m.string("tokenizer.ggml.tokens", "a")),
                refused(
                        "tokenizer.ggml.eos_token_id is 1000000",
                        m -> m.uint32("tokenizer.ggml.eos_token_id", 1_000_000)),
                refused("tokenizer.ggml.bos_token_id is -2", m -> m.int32("tokenizer.ggml.bos_token_id", -2)),
                refused(
                        "epsilon is -1.0E-5, not a number of 0 or more",
                        m -> m.float32("llama.attention.layer_norm_rms_epsilon", -1e-5f)),
                refused("llama.wkv.head_size is 0", m -> m.uint32("llama.wkv.head_size", 0)),
                refused("llama.attention.head_count is 0", m -> m.uint32("llama.attention.head_count", 0)),
                refused("tokenizer rwkv", m -> m.string("tokenizer.ggml.model", "rwkv")),
                refused(
                        "blk.0.attn_q.weight has the format Q8_1, which is none for weights",
                        m -> m.without("blk.0.attn_q.weight").tensor("blk.0.attn_q.weight", 9, new byte[36], 32)),
                refused("output_norm.weight has the format F16, and must be F32", m -> m.without("output_norm.weight")
                        .tensor("output_norm.weight", 1, new byte[8], 4)),
                refused("tokenizer.ggml.merges is not", m -> m.uint32("tokenizer.ggml.merges", 1)));
    }

    private static List<String> twice() {
        var tokens = new ArrayList<String>();
        for (int i = 0; i < TOKENS; i++) {
            tokens.add(i == 17 || i == 300 ? "twice" : "t" + i);
        }
        return tokens;
    }

    private static Arguments refused(String message, Consumer<GgufWriter> spoil) {
        return Arguments.of(message, spoil);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void whatLlamaCppWouldAbortOnIsRefused(String message, Consumer<GgufWriter> spoil) throws IOException {
        var writer = model();
        spoil.accept(writer);
        var model = GgufModel.read(Models.write("spoiled", writer));
        var said =
                String.valueOf(assertThrows(GgufException.class, model::check).getMessage());
        assertTrue(said.contains(message), said);
        assertTrue(said.contains("use another one"), said);
    }

    @Test
    void realOnesAreNot() throws IOException {
        for (var model : List.of(RandomModel.of(TensorType.F32), Models.bigram(), Models.chat(), Models.caller())) {
            GgufModel.read(Models.file(model)).check();
        }
        GgufModel.read(Models.write("lists", model().int32s("llama.attention.head_count_kv", List.of(2, 2))))
                .check();
        var routed = model().tensor("blk.0.ffn_gate_tid2eid.weight", 26, new byte[32], 8);
        GgufModel.read(Models.write("routed", routed)).check();
        GgufModel.read(Models.write("none", model().uint32("tokenizer.ggml.eos_token_id", -1)))
                .check();
    }

    @Test
    void withoutAnArchitectureItIsNoModel() throws IOException {
        var file = Files.write(
                folder.resolve("a.gguf"),
                new GgufWriter().string("general.name", "x").toByteArray());
        var model = GgufModel.read(file);
        var said =
                String.valueOf(assertThrows(GgufException.class, model::check).getMessage());
        assertTrue(said.contains("general.architecture"), said);
    }

    @Test
    void theTokenizerOfRwkvNeedsEachByte() {
        var tokens = new ArrayList<String>();
        for (int i = 0; i < 256; i++) {
            tokens.add(
                    switch (i) {
                        case '\n' -> "\\n";
                        case '\\', '\'' -> "\\" + (char) i;
                        default -> i >= ' ' && i < 0x7F ? "" + (char) i : "\\x%02x".formatted(i);
                    });
        }
        assertTrue(RwkvRules.complete(tokens));
        tokens.set(200, "two");
        assertFalse(RwkvRules.complete(tokens));
    }

    @Test
    void aRepeatedTextIsFound() {
        var texts = List.of("a", "b", "", "ab", "c", "ab", "");
        var joined = String.join("", texts).getBytes(StandardCharsets.UTF_8);
        var ends = new int[texts.size()];
        for (int i = 0, end = 0; i < ends.length; i++) {
            end += texts.get(i).length();
            ends[i] = end;
        }
        assertEquals(5, VocabularyRules.repeated(joined, ends));
        assertEquals(-1, VocabularyRules.repeated(new byte[0], new int[0]));
        assertEquals(-1, VocabularyRules.repeated(new byte[0], new int[1]), "one empty text");
        assertEquals(1, VocabularyRules.repeated(new byte[0], new int[2]));
    }

    @Test
    void aSplitModelNeedsAllItsFiles() throws IOException {
        var first = model().uint16("split.no", 0).uint16("split.count", 2).int32("split.tensors.count", 9);
        var path = Files.write(folder.resolve("m-00001-of-00002.gguf"), first.toByteArray());
        var said = String.valueOf(
                assertThrows(GgufException.class, () -> GgufModel.read(path)).getMessage());
        assertTrue(said.contains("m-00002-of-00002.gguf is missing"), said);
        var second = new GgufWriter()
                .uint16("split.no", 1)
                .uint16("split.count", 2)
                .int32("split.tensors.count", 9)
                .toByteArray();
        var other = Files.write(folder.resolve("m-00002-of-00002.gguf"), second);
        assertEquals(2, GgufModel.read(path).parts().size());
        var part = String.valueOf(
                assertThrows(GgufException.class, () -> GgufModel.read(other)).getMessage());
        assertTrue(part.contains("part 2 of a model in 2 files"), part);
    }
}
