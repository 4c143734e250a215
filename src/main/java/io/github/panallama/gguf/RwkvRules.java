package io.github.panallama.gguf;

import java.util.BitSet;
import java.util.List;

/// The tokenizer of RWKV goes round for ever at a byte that is no token.
final class RwkvRules {
    private static final int BYTES = 256;

    private RwkvRules() {}

    /// {@return whether each byte is a token}
    ///
    /// @param tokens as the file has them: bytes that are no letters are escaped
    static boolean complete(List<String> tokens) {
        var bytes = new BitSet(BYTES);
        for (var token : tokens) {
            int value = single(token);
            if (value >= 0) {
                bytes.set(value);
            }
        }
        return bytes.cardinality() == BYTES;
    }

    /// The one byte that a token is, or -1; as `llama_unescape_rwkv_token`.
    private static int single(String token) {
        if (token.length() == 1) {
            char letter = token.charAt(0);
            return letter != '\\' && letter < 0x80 ? letter : -1;
        }
        if (token.length() == 2 && token.charAt(0) == '\\') {
            return switch (token.charAt(1)) {
                case 't' -> '\t';
                case 'n' -> '\n';
                case 'r' -> '\r';
                case 'x' -> -1;
                default -> token.charAt(1) < 0x80 ? token.charAt(1) : -1;
            };
        }
        return token.matches("\\\\x[0-9a-f]{2}") ? Integer.parseInt(token.substring(2), 16) : -1;
    }
}
