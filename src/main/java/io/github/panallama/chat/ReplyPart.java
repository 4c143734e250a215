package io.github.panallama.chat;

import io.github.panallama.completion.Token;
import java.util.List;

/// What a step adds to a reply.
public sealed interface ReplyPart {
    /// {@return the text that it adds; of the beginning of a tool call none}
    default String text() {
        return "";
    }

    /// More of the answer.
    ///
    /// @param text what is added
    /// @param tokens the tokens that it came of, with their log-probabilities if those were asked for
    record Text(String text, List<Token> tokens) implements ReplyPart {
        /// Copies the list.
        public Text {
            tokens = List.copyOf(tokens);
        }
    }

    /// More of what the model thinks before it answers.
    ///
    /// @param text what is added
    record Reasoning(String text) implements ReplyPart {}

    /// A tool call begins; those before it are complete.
    ///
    /// @param index of the call in the reply, from 0
    /// @param id of this call
    /// @param name of the tool
    record ToolCallBegin(int index, String id, String name) implements ReplyPart {}

    /// More of a tool call's arguments.
    ///
    /// @param index of the call in the reply, from 0
    /// @param text a piece of a JSON object
    record ToolArguments(int index, String text) implements ReplyPart {}
}
