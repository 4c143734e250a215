package io.github.panallama.completion;

/// Why a completion ended.
public sealed interface FinishReason {
    /// The model ended its text.
    record EndOfText() implements FinishReason {}

    /// A stop text appeared.
    ///
    /// @param sequence the stop as it was given
    record Stop(String sequence) implements FinishReason {}

    /// The cap on tokens, or the end of the context, was reached.
    record Length() implements FinishReason {}

    /// The model asks for a tool to be called.
    record ToolUse() implements FinishReason {}

    /// The caller ended it: what was generated until then is kept.
    ///
    /// @param reason what ended it
    record Cancelled(String reason) implements FinishReason {}
}
