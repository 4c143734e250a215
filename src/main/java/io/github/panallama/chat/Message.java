package io.github.panallama.chat;

import java.util.Objects;

/// One turn of a chat.
///
/// @param role who speaks
/// @param content what is said; never read as control tokens
public record Message(Role role, String content) {
    /// Refuses nulls.
    public Message {
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(content, "content");
    }

    /// Who speaks.
    public enum Role {
        /// Instructions that hold for the whole chat.
        SYSTEM,
        /// The person.
        USER,
        /// The model.
        ASSISTANT
    }

    /// {@return instructions for the whole chat}
    ///
    /// @param content what is said
    public static Message system(String content) {
        return new Message(Role.SYSTEM, content);
    }

    /// {@return what the person says}
    ///
    /// @param content what is said
    public static Message user(String content) {
        return new Message(Role.USER, content);
    }

    /// {@return what the model said}
    ///
    /// @param content what is said
    public static Message assistant(String content) {
        return new Message(Role.ASSISTANT, content);
    }
}
