package io.github.panallama.engine;

import io.github.panallama.chat.ToolCall;
import java.util.List;

/// A reply's raw text, taken apart.
///
/// @param content what is said
/// @param reasoning what is thought
/// @param toolCalls which tools are to be called; an id may be empty, the last one's arguments incomplete
record ParsedReply(String content, String reasoning, List<ToolCall> toolCalls) {}
