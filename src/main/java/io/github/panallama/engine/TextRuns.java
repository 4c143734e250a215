package io.github.panallama.engine;

/// Refuses text that would overflow the tokenizer's stack.
///
/// Some vocabularies split text with std::regex, which takes about 300 bytes of stack for each character of one match,
/// and
/// a match is a run of one class of characters. No real text comes near the limit.
final class TextRuns {
    /// Characters of one class in a row that the [TokenizerThread]'s stack holds with room to spare.
    private static final int LIMIT = (int) (TokenizerThread.STACK_BYTES / 512);

    private TextRuns() {}

    static void check(String text) {
        if (text.length() > LIMIT && longest(text) > LIMIT) {
            throw new IllegalArgumentException(
                    "the text has a run of more than %,d letters, digits, spaces or symbols: break it up"
                            .formatted(LIMIT));
        }
    }

    private static int longest(String text) {
        int longest = 0;
        int run = 0;
        int before = -1;
        for (int i = 0; i < text.length(); i++) {
            int now = classOf(text.charAt(i));
            run = now == before ? run + 1 : 1;
            before = now;
            longest = Math.max(longest, run);
        }
        return longest;
    }

    private static int classOf(char c) {
        if (Character.isWhitespace(c)) {
            return 0;
        }
        return Character.isDigit(c) ? 1 : Character.isLetter(c) ? 2 : 3;
    }
}
