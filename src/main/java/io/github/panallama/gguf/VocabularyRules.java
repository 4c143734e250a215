package io.github.panallama.gguf;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/// What llama.cpp asserts or takes for granted of a vocabulary (`llama-vocab.cpp`, `load`).
final class VocabularyRules {
    private static final String PREFIX = "tokenizer.ggml.";

    /// As many as there are tokens.
    private static final List<String> ONE_EACH = List.of("scores", "token_type");

    /// Not for a file's author to know: texts chosen to collide would take for ever.
    private static final int SEED = ThreadLocalRandom.current().nextInt();

    private final GgufFile file;

    VocabularyRules(GgufFile file) {
        this.file = file;
    }

    void check() throws GgufException {
        var key = PREFIX + "tokens";
        var value = file.value(key);
        if (value.isEmpty()) {
            return; // an adapter, a projector: llama.cpp says what it is not
        }
        if (!(value.get() instanceof GgufArray tokens) || tokens.elementType() != GgufType.STRING) {
            throw wrong(key + " is not a list of texts");
        }
        if (tokens.size() == 0) {
            throw wrong(key + " is empty");
        }
        for (var name : ONE_EACH) {
            var list = file.value(PREFIX + name);
            if (list.isPresent() && !(list.get() instanceof GgufArray array && array.size() == tokens.size())) {
                throw wrong("%s has not one value for each of the %s tokens"
                        .formatted(PREFIX + name, GgufException.count(tokens.size())));
            }
        }
        for (var entry : file.metadata().entrySet()) {
            if (entry.getKey().startsWith(PREFIX) && entry.getKey().endsWith("_token_id")) {
                id(entry.getKey(), entry.getValue(), tokens.size());
            }
        }
        int twice = tokens.repeated();
        if (twice >= 0) {
            throw wrong("token %d is \"%s\", which another one is already"
                    .formatted(twice, GgufException.shown(tokens.get(twice).toString())));
        }
        if (file.string(PREFIX + "model").filter("rwkv"::equals).isPresent() && !RwkvRules.complete(tokens.strings())) {
            throw wrong("some bytes are no token, and the tokenizer rwkv needs each of them");
        }
        var merges = file.value(PREFIX + "merges");
        if (merges.isPresent() && !(merges.get() instanceof GgufArray list && list.elementType() == GgufType.STRING)) {
            throw wrong(PREFIX + "merges is not a list of texts");
        }
    }

    /// Some files have an id of -1 or 2³²-1 for "none".
    private void id(String key, GgufValue value, int tokens) throws GgufException {
        if (!(value instanceof GgufValue.Int number)
                || (number.value() >= tokens && number.value() != 0xFFFF_FFFFL)
                || number.value() < -1) {
            throw wrong("%s is %s, and there are %s tokens"
                    .formatted(
                            GgufException.shown(key),
                            GgufException.shown(value.toString()),
                            GgufException.count(tokens)));
        }
    }

    private GgufException wrong(String problem) {
        return GgufException.of(file.path(), problem + "; the file is damaged or made by hand: use another one");
    }

    /// {@return the index of a text that stands earlier in a list too, or -1}
    ///
    /// By the bytes: no text is made of a quarter of a million tokens.
    ///
    /// @param bytes all texts
    /// @param ends where each of them ends
    static int repeated(byte[] bytes, int[] ends) {
        int size = Integer.highestOneBit(Math.max(ends.length, 1) * 2 - 1) << 1;
        var table = new int[size]; // index + 1 of a text, by its hash, in the next free place
        for (int i = 0; i < ends.length; i++) {
            int start = i == 0 ? 0 : ends[i - 1];
            int place = hash(bytes, start, ends[i]) & (size - 1);
            while (table[place] != 0) {
                int other = table[place] - 1;
                if (Arrays.equals(bytes, start, ends[i], bytes, other == 0 ? 0 : ends[other - 1], ends[other])) {
                    return i;
                }
                place = (place + 1) & (size - 1);
            }
            table[place] = i + 1;
        }
        return -1;
    }

    private static int hash(byte[] bytes, int from, int to) {
        int hash = SEED;
        for (int i = from; i < to; i++) {
            hash = (hash ^ bytes[i]) * 0x01000193;
        }
        return hash ^ (hash >>> 15);
    }
}
