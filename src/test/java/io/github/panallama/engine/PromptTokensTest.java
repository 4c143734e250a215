package io.github.panallama.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Parts of a prompt by its tokens, for what tokenizers do to white space.
class PromptTokensTest {
    private static List<String> parts(String prompt, String... pieces) {
        var reader = new PromptTokens(prompt);
        var parts = new ArrayList<String>();
        int offset = 0;
        for (int i = 0; i < pieces.length; i++) {
            var token = reader.next(i, pieces[i].getBytes(StandardCharsets.UTF_8), i == pieces.length - 1);
            assertEquals(offset, token.textOffset());
            offset += token.text().codePointCount(0, token.text().length());
            parts.add(token.text());
        }
        return parts;
    }

    @Test
    void aSpaceThatIsPutFirst() {
        assertEquals(List.of("the", " sea"), parts("the sea", " the", " sea"));
        assertEquals(List.of(" the"), parts(" the", "  the"));
        assertEquals(List.of("", "the"), parts("the", " ", "the"));
    }

    @Test
    void whiteSpaceThatIsSwallowed() {
        assertEquals(
                List.of("<|end|>", "\n\nthe", "<|end|>\n"),
                parts("<|end|>\n\nthe<|end|>\n", "<|end|>", "the", "<|end|>"));
        assertEquals(List.of("a", "  <|end|>", "b"), parts("a  <|end|>b", "a", "<|end|>", "b"));
    }

    /// As after the control tokens of Phi 3.
    @Test
    void bothAtOnce() {
        assertEquals(
                List.of("<|user|>", "\nHello", "<|end|>", "\n<|assistant|>"),
                parts("<|user|>\nHello<|end|>\n<|assistant|>", "<|user|>", " Hello", "<|end|>", "<|assistant|>"));
        assertEquals(List.of("<|user|>", "  é"), parts("<|user|>  é", "<|user|>", "  é"));
    }

    @Test
    void anEndThatIsAdded() {
        assertEquals(List.of("a", ""), parts("a", "a", "</s>"));
    }

    @Test
    void aTokenizerThatChangesItsInput() {
        assertEquals(List.of("the", "sea"), parts("The sea", "the", "sea"));
    }
}
