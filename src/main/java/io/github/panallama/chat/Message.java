package io.github.panallama.chat;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// One turn of a chat.
///
/// Nothing of it is ever read as control tokens.
///
/// @param role who speaks
/// @param content what is said
/// @param reasoning what the model thought before it said that; empty if nothing, or of other roles
/// @param toolCalls the tools that the model asked to be called; empty if none, or of other roles
/// @param toolCallId which call a tool's result answers; only of [Role#TOOL]
public record Message(
        Role role, String content, String reasoning, List<ToolCall> toolCalls, Optional<String> toolCallId) {
    /// Checks that the parts suit the role, and copies the list.
    public Message {
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(content, "content");
        Objects.requireNonNull(reasoning, "reasoning");
        toolCalls = List.copyOf(toolCalls);
        if (role != Role.ASSISTANT && !(reasoning.isEmpty() && toolCalls.isEmpty())) {
            throw new IllegalArgumentException("only the model reasons and calls tools, not " + role);
        }
        if (role == Role.TOOL != toolCallId.isPresent()) {
            throw new IllegalArgumentException("toolCallId is for the results of tools, and for each of them");
        }
    }

    /// Who speaks.
    public enum Role {
        /// Instructions that hold for the whole chat.
        SYSTEM,
        /// Instructions of the application's developer: what some models distinguish from the system's; to others the
        /// same.
        DEVELOPER,
        /// The person.
        USER,
        /// The model.
        ASSISTANT,
        /// A tool that the model called: its result.
        TOOL
    }

    private static Message of(Role role, String content) {
        return new Message(role, content, "", List.of(), Optional.empty());
    }

    /// {@return instructions for the whole chat}
    ///
    /// @param content what is said
    public static Message system(String content) {
        return of(Role.SYSTEM, content);
    }

    /// {@return instructions of the application's developer}
    ///
    /// @param content what is said
    public static Message developer(String content) {
        return of(Role.DEVELOPER, content);
    }

    /// {@return what the person says}
    ///
    /// @param content what is said
    public static Message user(String content) {
        return of(Role.USER, content);
    }

    /// {@return what the model said; as the last message of a chat, how its reply begins}
    ///
    /// @param content what is said
    public static Message assistant(String content) {
        return of(Role.ASSISTANT, content);
    }

    /// {@return the result of a tool that the model called}
    ///
    /// @param toolCallId the [ToolCall#id()] that it answers
    /// @param content the result
    public static Message tool(String toolCallId, String content) {
        return new Message(Role.TOOL, content, "", List.of(), Optional.of(toolCallId));
    }
}
