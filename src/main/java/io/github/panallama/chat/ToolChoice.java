package io.github.panallama.chat;

/// Whether the model may, must or must not call tools.
public sealed interface ToolChoice {
    /// The model decides.
    ToolChoice AUTO = new Auto();

    /// The model calls at least one tool.
    ToolChoice REQUIRED = new Required();

    /// The model answers in words.
    ToolChoice NONE = new None();

    /// The model decides.
    record Auto() implements ToolChoice {}

    /// The model calls at least one tool.
    record Required() implements ToolChoice {}

    /// The model answers in words.
    record None() implements ToolChoice {}

    /// The model calls this tool.
    ///
    /// @param name of one of the tools
    record Named(String name) implements ToolChoice {}
}
