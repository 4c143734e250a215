package io.github.panallama.hostile;

import io.github.panallama.fixture.GgufWriter;
import io.github.panallama.fixture.TestVocabulary;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/// Models whose vocabulary contradicts itself.
final class HostileVocabularies {
    private static final TestVocabulary GOOD = TestVocabulary.chat();
    private static final int SIZE = GOOD.size();
    private static final String TOKENS = "tokenizer.ggml.tokens";
    private static final String TYPES = "tokenizer.ggml.token_type";
    private static final String SCORES = "tokenizer.ggml.scores";
    private static final String MODEL = "tokenizer.ggml.model";
    private static final String PRE = "tokenizer.ggml.pre";
    private static final String MERGES = "tokenizer.ggml.merges";

    private HostileVocabularies() {}

    static Stream<HostileModel> all() {
        return Stream.of(ids(), tokens(), types(), scores(), tokenizers(), merges())
                .flatMap(models -> models);
    }

    private static HostileModel model(String name, Function<GgufWriter, GgufWriter> spoil) {
        return HostileModel.of(name, () -> spoil.apply(HostileKeys.good()));
    }

    private static Stream<HostileModel> ids() {
        return Stream.of(
                        "bos",
                        "eos",
                        "eot",
                        "eom",
                        "unknown",
                        "seperator",
                        "padding",
                        "cls",
                        "mask",
                        "fim_pre",
                        "fim_suf",
                        "fim_mid",
                        "fim_pad",
                        "fim_rep",
                        "fim_sep",
                        "prefix",
                        "suffix",
                        "middle")
                .map(id -> "tokenizer.ggml." + id + "_token_id")
                .flatMap(key -> Stream.concat(
                        Stream.of(SIZE, SIZE + 1, Integer.MAX_VALUE, -1, -2)
                                .map(id -> model(
                                        key + " = " + Integer.toUnsignedString(id), file -> file.uint32(key, id))),
                        Stream.of(
                                model(key + " = \"1\"", file -> file.string(key, "1")),
                                model(key + " = NaN", file -> file.float32(key, Float.NaN)),
                                model(key + " = int32 -1", file -> file.int32(key, -1)))));
    }

    private static Stream<HostileModel> tokens() {
        return Stream.of(
                replaced("a token twice", 270, text(271)),
                replaced("all of a token but its type twice", 1, text(2)),
                replaced("a control token named as a byte", 1, "<0x41>"),
                replaced("an empty token", 300, ""),
                replaced("a token with U+0000", 300, "a\0b"),
                replaced("a token of 300 bytes", 300, "x".repeat(300)),
                replaced("a token of 1,200 bytes", 300, "x".repeat(1200)),
                replaced("a token of 100,000 bytes", 300, "x".repeat(100_000)),
                replaced("a token of 1 MB", 300, "▁".repeat(350_000)),
                replaced("a byte token that is no byte", 3, "<0xZZ>"),
                replaced("a byte token beyond a byte", 3, "<0x1FF>"),
                replaced("a byte token of one letter", 3, "<"),
                replaced("an empty byte token", 3, ""),
                replaced("an empty control token", 1, ""),
                replaced("an unknown token that is text", 0, "e\u0301"),
                model("no tokens", file -> file.strings(TOKENS, List.of())
                        .int32s(TYPES, List.of())
                        .float32s(SCORES, List.of())),
                model("one token", file -> file.strings(TOKENS, List.of("a"))
                        .int32s(TYPES, List.of(1))
                        .float32s(SCORES, List.of(0f))),
                model("one token fewer than rows", file -> file.strings(TOKENS, texts().subList(0, SIZE - 1))),
                model("more tokens than rows", file -> file.strings(TOKENS, more(50))),
                model("100,000 tokens more than rows", file -> file.strings(TOKENS, more(100_000))),
                model("tokens that are numbers", file -> file.int32s(TOKENS, Collections.nCopies(SIZE, 1))),
                model("tokens that are one text", file -> file.string(TOKENS, "abc")),
                model(
                        "no byte tokens",
                        file -> file.strings(
                                TOKENS,
                                texts().stream()
                                        .map(t -> t.startsWith("<0x") ? "b" + t : t)
                                        .toList())));
    }

    private static HostileModel replaced(String name, int id, String text) {
        return model(name, file -> {
            var texts = texts();
            texts.set(id, text);
            return file.strings(TOKENS, texts);
        });
    }

    private static List<String> texts() {
        return new ArrayList<>(
                GOOD.entries().stream().map(TestVocabulary.Entry::text).toList());
    }

    private static String text(int id) {
        return GOOD.text(id);
    }

    private static List<String> more(int count) {
        var texts = texts();
        for (int i = 0; i < count; i++) {
            texts.add("more" + i);
        }
        return texts;
    }

    private static Stream<HostileModel> types() {
        return Stream.concat(
                Stream.of(0, 1, 2, 3, 4, 5, 6, 7, 99, Integer.MAX_VALUE, -1)
                        .map(type -> model(
                                "all tokens of type " + type,
                                file -> file.int32s(TYPES, Collections.nCopies(SIZE, type)))),
                Stream.of(0, 1, SIZE - 1, SIZE + 1, 100_000)
                        .map(count -> model(
                                count + " token types", file -> file.int32s(TYPES, Collections.nCopies(count, 1)))));
    }

    private static Stream<HostileModel> scores() {
        return Stream.concat(
                Stream.of(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MAX_VALUE)
                        .map(score -> model(
                                "all scores " + score,
                                file -> file.float32s(SCORES, Collections.nCopies(SIZE, score)))),
                Stream.of(0, 1, SIZE - 1, SIZE + 1, 100_000)
                        .map(count -> model(
                                count + " scores", file -> file.float32s(SCORES, Collections.nCopies(count, -1f)))));
    }

    private static Stream<HostileModel> tokenizers() {
        var models = Stream.of(
                "", "x", "llama", "gpt2", "bert", "t5", "rwkv", "plamo2", "gemma4", "hybriko", "none", "no_vocab");
        var pres = Stream.of(
                "",
                "x",
                "default",
                "llama-bpe",
                "deepseek-llm",
                "falcon",
                "gpt-2",
                "qwen2",
                "bloom",
                "youtu",
                "tekken",
                "superbpe");
        return Stream.of(
                        models.map(name -> model("tokenizer model '" + name + "'", file -> file.string(MODEL, name))),
                        Stream.of("bert", "t5", "rwkv", "plamo2", "none")
                                .map(name -> model(
                                        "tokenizer model '" + name + "' with 3 tokens", file -> file.string(MODEL, name)
                                                .strings(TOKENS, List.of("a", "b", "c"))
                                                .without(TYPES)
                                                .without(SCORES))),
                        pres.map(name -> model("pre-tokenizer '" + name + "'", file -> bpe(file)
                                .string(PRE, name))),
                        charsmaps())
                .flatMap(all -> all);
    }

    private static GgufWriter bpe(GgufWriter file) {
        return file.string(MODEL, "gpt2").strings(MERGES, List.of("t h", "th e"));
    }

    /// The map that normalises text before it is tokenized: a trie in 32-bit words, after their length in bytes.
    private static Stream<HostileModel> charsmaps() {
        return Stream.of(
                        new int[] {},
                        new int[] {0},
                        new int[] {4},
                        new int[] {4, 0},
                        new int[] {1000, 0, 0},
                        new int[] {-1, -1, -1},
                        new int[] {8, -1, -1},
                        new int[] {12, 0x7FFF_FC00, 0x7FFF_FC00, 0x7FFF_FC00},
                        filled(0),
                        filled(-1),
                        filled(0x100),
                        filled(0x7FFF_FC00),
                        filled(0x0FF0_0161))
                .map(words -> model(
                        "a map of characters " + Arrays.toString(Arrays.copyOf(words, 3)) + " of " + words.length,
                        file -> file.string(MODEL, "t5").uint8s("tokenizer.ggml.precompiled_charsmap", bytes(words))));
    }

    private static int[] filled(int word) {
        var words = new int[257];
        Arrays.fill(words, word);
        words[0] = 256 * 4;
        return words;
    }

    private static byte[] bytes(int[] words) {
        var bytes = ByteBuffer.allocate(words.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(words);
        return bytes.array();
    }

    private static Stream<HostileModel> merges() {
        return Stream.of(
                model("BPE without merges", file -> file.string(MODEL, "gpt2")),
                model("BPE with an empty list of merges", file -> bpe(file).strings(MERGES, List.of())),
                model("BPE with merges of nothing", file -> bpe(file)
                        .strings(MERGES, List.of("", " ", "a", " a", "a "))),
                model("BPE with merges of three", file -> bpe(file).strings(MERGES, List.of("a b c", "t h e"))),
                model("BPE with merges of unknown tokens", file -> bpe(file)
                        .strings(MERGES, List.of("zz yy", "\0 \0"))),
                model("BPE with the same merge 100,000 times", file -> bpe(file)
                        .strings(MERGES, Collections.nCopies(100_000, "t h"))),
                model("BPE with merges that are numbers", file -> bpe(file).int32s(MERGES, List.of(1, 2))));
    }
}
