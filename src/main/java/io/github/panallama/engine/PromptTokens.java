package io.github.panallama.engine;

import io.github.panallama.completion.Bytes;
import io.github.panallama.completion.Token;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Says which part of a prompt's text each of its tokens stands for, so that the texts joined are the prompt.
///
/// A token's own text is not always what stands there: SentencePiece puts a space before the first word, and next to
/// some control tokens white space is swallowed. A tokenizer that changes its input (case, Unicode normalisation)
/// leaves
/// no part to point at: from there on tokens keep their own texts.
final class PromptTokens {
    private final Utf8Stream decoder = new Utf8Stream();
    private final String prompt;
    private int at; // where the next token's text begins
    private int offset; // the same in code points
    private boolean aligned = true;

    /// @param prompt as its caller wrote it
    PromptTokens(String prompt) {
        this.prompt = prompt;
    }

    /// {@return the tokens of a prompt, without those that are not the caller's and without log-probabilities}
    ///
    /// @param vocabulary its tokens' texts
    /// @param prompt any prompt but a chat or one with a gap
    static List<Token> of(Vocabulary vocabulary, Prompt prompt) {
        var reader = new PromptTokens(prompt.text());
        var tokens = new ArrayList<Token>(prompt.tokens().length);
        try (var ta = Arena.ofConfined()) {
            var scratch = Vocabulary.scratch(ta);
            for (int i = prompt.added(); i < prompt.tokens().length; i++) {
                int id = prompt.tokens()[i];
                var bytes = vocabulary.piece(id, true, scratch);
                tokens.add(reader.next(id, bytes, i == prompt.tokens().length - 1));
            }
        }
        return tokens;
    }

    /// {@return the next token with the part of the prompt that it stands for}
    ///
    /// @param id its id
    /// @param bytes its own
    /// @param last whether no other follows
    Token next(int id, byte[] bytes, boolean last) {
        var own = decoder.feed(bytes);
        var text = aligned ? align(own) : own;
        if (aligned && last) {
            text = prompt.substring(at); // what no token stands for is white space that was swallowed
        }
        var token = new Token(id, text, Bytes.of(bytes), offset, Optional.empty());
        offset += text.codePointCount(0, text.length());
        at = Math.min(at + text.length(), prompt.length());
        return token;
    }

    private String align(String own) {
        if (at == prompt.length()) {
            return ""; // an end token that was added
        }
        var bare = own.startsWith(" ") ? own.substring(1) : own;
        for (int begin = at; begin == at || Character.isWhitespace(prompt.charAt(begin - 1)); begin++) {
            for (var text : List.of(own, bare)) {
                if (prompt.startsWith(text, begin)) {
                    return prompt.substring(at, begin + text.length());
                }
            }
            if (begin == prompt.length()) {
                break;
            }
        }
        aligned = false;
        return own;
    }
}
