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
/// @param offsets where each begins, in code points
record Pieces(List<String> texts, List<Integer> offsets) {
    /// {@return the texts of generated tokens}
    ///
    /// @param prompt the text before them, where offsets begin
    static Pieces of(String prompt, List<Token> tokens) {
        return decode(
                prompt.codePointCount(0, prompt.length()),
                tokens.stream().map(Token::bytes).toList());
    }

    static Pieces decode(int origin, List<Bytes> tokens) {
        var decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.IGNORE)
                .onUnmappableCharacter(CodingErrorAction.IGNORE);
        var texts = new ArrayList<String>();
        var offsets = new ArrayList<Integer>();
        int offset = origin;
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
            var text = out.flip().toString();
            texts.add(text);
            offsets.add(offset);
            offset += text.codePointCount(0, text.length());
        }
        return new Pieces(texts, offsets);
    }
}
