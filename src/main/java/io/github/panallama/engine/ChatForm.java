package io.github.panallama.engine;

import java.util.List;
import java.util.Set;

/// What a chat's template asks of the reply, besides its prompt.
///
/// @param ends texts that end the model's turn, as the model's own end token does
/// @param spoken control tokens whose text belongs to the reply, such as the marks around a tool call
/// @param resumed whether it continues a conversation: everything that a sequence still holds of that is taken over,
/// what
///     the model wrote included, which is not bit for bit what evaluating it as a prompt would give
record ChatForm(List<String> ends, Set<Integer> spoken, boolean resumed) {
    /// Of what is no chat.
    static final ChatForm NONE = new ChatForm(List.of(), Set.of(), false);
}
