package io.github.panallama.engine;

/// A prompt as the model reads it, and as its caller wrote it.
///
/// @param tokens its tokens
/// @param text what the caller wrote; of tokens their text; empty for a chat, whose offsets begin with the reply
/// @param added how many tokens at the beginning are not the caller's: 1 for a BOS that was added, else 0
/// @param form what a chat asks of its reply
@SuppressWarnings("ArrayRecordComponent") // a carrier inside the engine: never compared, the array is its own
record Prompt(int[] tokens, String text, int added, ChatForm form) {
    Prompt(int[] tokens, String text, int added) {
        this(tokens, text, added, ChatForm.NONE);
    }

    /// {@return the offset of what follows the prompt, in code points}
    int length() {
        return text.codePointCount(0, text.length());
    }
}
