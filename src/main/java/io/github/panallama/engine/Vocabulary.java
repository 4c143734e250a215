package io.github.panallama.engine;

import io.github.panallama.ffi.Status;
import io.github.panallama.ffi.Strings;
import io.github.panallama.ffi.gen.pan_model_facts;
import io.github.panallama.ffi.gen.panallama_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A model's vocabulary: text to tokens and back. Borrowed from its model; any thread may use it while that
/// lives.
final class Vocabulary {
    private static final int PIECE_BYTES = 256;

    private final Model owner;
    private volatile @Nullable List<Integer> endTokens;

    Vocabulary(Model owner) {
        this.owner = owner;
    }

    /// A part of a text whose control tokens are recognised or not.
    ///
    /// @param text the part
    /// @param special whether the text of control tokens in it means those tokens
    record Part(String text, boolean special) {}

    /// {@return the llama_model that it belongs to}
    MemorySegment model() {
        return owner.pointer();
    }

    int size() {
        return owner.vocabularySize();
    }

    boolean addsBos() {
        return pan_model_facts.add_bos(owner.facts()) != 0;
    }

    /// Some vocabularies need a big stack for a long text: see [TokenizerThread].
    int[] tokenize(String text, boolean addSpecial, boolean parseSpecial) {
        TextRuns.check(text);
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        try (var ta = Arena.ofConfined()) {
            var in = Strings.bytes(ta, bytes);
            return Buffers.fillInts(
                    ta,
                    bytes.length + 8,
                    "tokenizing",
                    (buffer, cap, needed) -> panallama_h.pan_tokenize(
                            owner.pointer(), in, bytes.length, addSpecial, parseSpecial, buffer, cap, needed));
        }
    }

    /// Tokenizes parts that together are one text.
    int[] tokenize(List<Part> parts) {
        int n = parts.size();
        var joined = new java.io.ByteArrayOutputStream();
        try (var ta = Arena.ofConfined()) {
            var lengths = ta.allocate(ValueLayout.JAVA_INT, Math.max(n, 1));
            var special = ta.allocate(Math.max(n, 1));
            for (int i = 0; i < n; i++) {
                TextRuns.check(parts.get(i).text());
                var bytes = parts.get(i).text().getBytes(StandardCharsets.UTF_8);
                joined.writeBytes(bytes);
                lengths.setAtIndex(ValueLayout.JAVA_INT, i, bytes.length);
                special.set(ValueLayout.JAVA_BYTE, i, (byte) (parts.get(i).special() ? 1 : 0));
            }
            var in = Strings.bytes(ta, joined.toByteArray());
            return Buffers.fillInts(
                    ta,
                    joined.size() + 8,
                    "tokenizing the chat",
                    (buffer, cap, needed) -> panallama_h.pan_tokenize_parts(
                            owner.pointer(), in, lengths, special, n, buffer, cap, needed));
        }
    }

    /// {@return the text of tokens; bytes that are no whole character are left out}
    String detokenize(int[] tokens) {
        for (int token : tokens) {
            check(token);
        }
        var text = joined(tokens);
        return text.startsWith(" ") && putsSpaceFirst() ? text.substring(1) : text;
    }

    /// Not llama.cpp's own way, which for some vocabularies takes spaces out of the text: what was tokenized comes
    /// back.
    private String joined(int[] tokens) {
        var decoder = new Utf8Stream();
        var text = new StringBuilder();
        try (var ta = Arena.ofConfined()) {
            var scratch = scratch(ta);
            for (int token : tokens) {
                text.append(decoder.feed(piece(token, true, scratch)));
            }
        }
        return text.toString();
    }

    /// Whether tokenizing puts a space before a text.
    private boolean putsSpaceFirst() {
        return joined(tokenize("a", false, false)).startsWith(" ");
    }

    /// {@return the exact bytes of a token}
    ///
    /// @param token its id
    /// @param special whether a control token gives its text instead of nothing
    /// @param buffer a scratch buffer of [#scratch] size
    byte[] piece(int token, boolean special, MemorySegment buffer) {
        int n = panallama_h.pan_piece(
                owner.pointer(), check(token), special, buffer, (int) buffer.byteSize() - 8, tail(buffer));
        if (n == panallama_h.PAN_E_SIZE()) {
            try (var ta = Arena.ofConfined()) { // rare: a token of more than 256 bytes
                return Buffers.fillBytes(
                        ta,
                        tail(buffer).get(ValueLayout.JAVA_INT, 0),
                        "reading a token",
                        (larger, cap, needed) ->
                                panallama_h.pan_piece(owner.pointer(), token, special, larger, cap, needed));
            }
        }
        return buffer.asSlice(0, Status.check(n, "reading a token")).toArray(ValueLayout.JAVA_BYTE);
    }

    /// {@return a buffer for [#piece], to be kept and reused}
    static MemorySegment scratch(Arena arena) {
        return arena.allocate(PIECE_BYTES + 8, 8);
    }

    private static MemorySegment tail(MemorySegment buffer) {
        return buffer.asSlice(buffer.byteSize() - 8);
    }

    /// {@return the text of one token, control tokens included}
    String text(int token, MemorySegment buffer) {
        return new String(piece(token, true, buffer), StandardCharsets.UTF_8);
    }

    /// {@return the tokens that end a text}
    List<Integer> endTokens() {
        var known = endTokens;
        if (known == null) { // every token is asked for: once
            known = IntStream.range(0, size())
                    .filter(this::endsGeneration)
                    .boxed()
                    .toList();
            endTokens = known;
        }
        return known;
    }

    boolean endsGeneration(int token) {
        return has(token, panallama_h.PAN_TOKEN_EOG());
    }

    /// {@return whether a token adds no text of its own, so that only its id can be looked for}
    boolean isSilent(int token) {
        try (var ta = Arena.ofConfined()) {
            return piece(token, false, scratch(ta)).length == 0;
        }
    }

    boolean isControl(int token) {
        return has(token, panallama_h.PAN_TOKEN_CONTROL());
    }

    private boolean has(int token, int flag) {
        return (Status.check(panallama_h.pan_token_flags(owner.pointer(), check(token)), "reading a token") & flag)
                != 0;
    }

    /// {@return the id, if the vocabulary has it}
    int check(int token) {
        if (token < 0 || token >= size()) {
            throw new IllegalArgumentException(
                    "token id %d is not in this model's vocabulary of %d".formatted(token, size()));
        }
        return token;
    }
}
