package io.github.panallama.http.wire;

import io.github.panallama.completion.FinishReason;
import org.jspecify.annotations.Nullable;

/// Why an answer ended, in words of the wire.
public final class Finish {
    private Finish() {}

    /// {@return OpenAI's word; `cancelled`, which OpenAI has not, never leaves the command line}
    ///
    /// @param reason why it ended
    public static String reason(FinishReason reason) {
        return switch (reason) {
            case FinishReason.EndOfText _, FinishReason.Stop _ -> "stop";
            case FinishReason.Length() -> "length";
            case FinishReason.ToolUse() -> "tool_calls";
            case FinishReason.Cancelled _ -> "cancelled";
        };
    }

    /// {@return the stop that ended it, if one did}
    ///
    /// @param reason why it ended
    public static @Nullable String stopSequence(FinishReason reason) {
        return reason instanceof FinishReason.Stop(var sequence) ? sequence : null;
    }
}
