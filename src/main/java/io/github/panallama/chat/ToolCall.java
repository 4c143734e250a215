package io.github.panallama.chat;

import java.util.Objects;

/// A tool that the model asks to be called. Whoever offered the tool calls it, and answers with a
/// [Message#tool(String, String)].
///
/// @param id of this call
/// @param name of the tool
/// @param arguments a JSON object; cut off where the reply was, if it was
public record ToolCall(String id, String name, String arguments) {
    /// Refuses nulls.
    public ToolCall {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(arguments, "arguments");
    }
}
