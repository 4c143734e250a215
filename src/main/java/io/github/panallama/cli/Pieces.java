package io.github.panallama.cli;

import io.github.panallama.completion.Bytes;
import io.github.panallama.completion.Token;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Tokens' texts as the wire shapes want them: decoded from the bytes of all tokens together, so that each one has what
/// it completed and no split character is lost.
///
/// @param texts one per token, joined the text of all bytes
record Pieces(List<String> texts) {
    /// {@return the texts of generated tokens; one that a stop cut is whole}
    static Pieces of(List<Token> tokens) {
        return decode(tokens.stream().map(Token::bytes).toList());
    }

    static Pieces decode(List<Bytes> tokens) {
        var decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.IGNORE)
                .onUnmappableCharacter(CodingErrorAction.IGNORE);
        var texts = new ArrayList<String>();
        var rest = new byte[0];
        for (var token : tokens) {
            var in = ByteBuffer.allocate(rest.length + token.size())
                    .put(rest)
                    .put(token.toArray())
                    .flip();
            var out = CharBuffer.allocate(in.remaining() + 1);
            decoder.reset().decode(in, out, false); // an incomplete character stays in `in`
            rest = new byte[in.remaining()];
            in.get(rest);
            texts.add(out.flip().toString());
        }
        return new Pieces(texts);
    }
}
