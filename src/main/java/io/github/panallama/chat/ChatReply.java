package io.github.panallama.chat;

import io.github.panallama.completion.Completion;
import io.github.panallama.completion.FinishReason;
import io.github.panallama.completion.Token;
import io.github.panallama.completion.Usage;
import java.util.List;
import java.util.Optional;

/// The model's reply to a chat. Prints as its text.
///
/// @param text the answer, without what the model thought and without tool calls; what a given beginning was continued
///     with
/// @param reasoning what the model thought before it answered; empty if nothing
/// @param toolCalls the tools that it asks to be called; empty if none
/// @param finish why it ended: [FinishReason.ToolUse] if the model ended its turn and asks for tools to be called
/// @param tokens the tokens of the text
/// @param completion what was generated in full: raw text, all tokens, usage, seed, limits and timings
public record ChatReply(
        String text,
        String reasoning,
        List<ToolCall> toolCalls,
        FinishReason finish,
        List<Token> tokens,
        Completion completion) {
    /// Copies the lists.
    public ChatReply {
        toolCalls = List.copyOf(toolCalls);
        tokens = List.copyOf(tokens);
    }

    /// {@return this reply as a turn of the chat, for the next request}
    public Message message() {
        return new Message(Message.Role.ASSISTANT, text, reasoning, toolCalls, Optional.empty());
    }

    /// {@return how many tokens chat and reply have}
    public Usage usage() {
        return completion.usage();
    }

    /// {@return the text}
    @Override
    public String toString() {
        return text;
    }
}
