package io.github.panallama.http.wire;

import io.github.panallama.completion.Bytes;
import io.github.panallama.completion.Token;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Tokens' texts as the wire shapes want them: decoded from the bytes of all tokens together, so that each one has what
/// it completed and no split character is lost. Used by one thread.
public final class Pieces {
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.IGNORE)
            .onUnmappableCharacter(CodingErrorAction.IGNORE);
    private byte[] rest = {};

    /// Begins a text.
    public Pieces() {}

    /// {@return the texts of a text's tokens, joined the text of all bytes; one that a stop cut is whole}
    ///
    /// @param tokens all of them
    public static List<String> of(List<Token> tokens) {
        return decode(tokens.stream().map(Token::bytes).toList());
    }

    /// {@return the texts of a text's tokens}
    ///
    /// @param tokens the bytes of all of them
    public static List<String> decode(List<Bytes> tokens) {
        var pieces = new Pieces();
        return tokens.stream().map(pieces::next).toList();
    }

    /// {@return the text that the next token completes}
    ///
    /// @param token its bytes
    public String next(Bytes token) {
        var in = ByteBuffer.allocate(rest.length + token.size())
                .put(rest)
                .put(token.toArray())
                .flip();
        var out = CharBuffer.allocate(in.remaining() + 1);
        decoder.reset().decode(in, out, false); // an incomplete character stays in `in`
        rest = new byte[in.remaining()];
        in.get(rest);
        return out.flip().toString();
    }
}
