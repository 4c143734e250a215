package io.github.panallama;

import io.github.panallama.chat.ChatOptions;
import io.github.panallama.chat.ChatReply;
import io.github.panallama.chat.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/// A conversation: it keeps what was said, and each turn evaluates only what is new.
///
/// ```java
/// var chat = new Chat(llama, ChatOptions.DEFAULT, Message.system("Be brief."));
/// IO.println(chat.say("What is the capital of France?"));
/// IO.println(chat.say("And of Italy?"));
/// ```
///
/// What the model wrote is taken over as it was computed, token by token, and not evaluated again as part of a prompt:
/// a
/// later turn may differ in low bits, and so in its text, from the same chat sent whole to [Llama#chat].
///
/// One turn after the other: a new one first waits for the end of the one before. All methods may be called from any
/// thread.
public final class Chat {
    private final Llama llama;
    private final ChatOptions options;
    private final List<Message> beginning;
    private final List<Message> messages = new ArrayList<>();
    private @Nullable ChatGeneration pending;
    private int before; // messages when its turn began

    /// Begins a conversation.
    ///
    /// @param llama who answers; it must stay open
    /// @param options how
    /// @param beginning what comes before the first turn, such as [Message#system]; [#reset] goes back to it
    public Chat(Llama llama, ChatOptions options, Message... beginning) {
        this.llama = llama;
        this.options = options;
        this.beginning = List.of(beginning);
        messages.addAll(this.beginning);
    }

    /// {@return the reply to what the person says}
    ///
    /// @param text what is said
    public ChatReply say(String text) {
        return send(Message.user(text));
    }

    /// {@return the reply to one message or several, such as the results of tools}
    ///
    /// If it fails, the conversation is as before.
    ///
    /// @param turn what is said
    public ChatReply send(Message... turn) {
        try (var reply = stream(turn)) {
            try {
                var result = reply.result();
                keep(reply);
                return result;
            } catch (RuntimeException e) {
                forget(reply);
                throw e;
            }
        }
    }

    /// {@return the reply, whose parts can be taken as they come}
    ///
    /// It becomes part of the conversation as far as it goes, also when it is closed early.
    ///
    /// @param turn what is said
    public synchronized ChatGeneration stream(Message... turn) {
        settle();
        var all = new ArrayList<>(messages);
        all.addAll(List.of(turn));
        var reply = llama.generate(all, options, true);
        before = messages.size();
        messages.addAll(List.of(turn));
        pending = reply;
        return reply;
    }

    /// {@return what was said so far; waits for the end of a reply}
    public synchronized List<Message> messages() {
        settle();
        return List.copyOf(messages);
    }

    /// Begins anew.
    public synchronized void reset() {
        if (pending != null) {
            pending.close();
            pending = null;
        }
        messages.clear();
        messages.addAll(beginning);
    }

    private synchronized void keep(ChatGeneration reply) {
        if (reply.equals(pending)) {
            settle();
        }
    }

    private synchronized void forget(ChatGeneration reply) {
        if (reply.equals(pending)) {
            pending = null;
            messages.subList(before, messages.size()).clear();
        }
    }

    /// Takes the last reply into the conversation; one that failed takes what it was to answer with it, and whoever
    /// took
    /// its parts has heard of that.
    private synchronized void settle() {
        var reply = pending;
        if (reply == null) {
            return;
        }
        pending = null;
        try {
            var said = reply.result().message();
            var last = messages.getLast();
            boolean continued =
                    last.role() == Message.Role.ASSISTANT && last.toolCalls().isEmpty();
            messages.add(continued ? joined(messages.removeLast(), said) : said);
        } catch (CancellationException e) { // this thread was interrupted
            messages.subList(before, messages.size()).clear();
            throw e;
        } catch (RuntimeException e) {
            messages.subList(before, messages.size()).clear();
        }
    }

    private static Message joined(Message beginning, Message rest) {
        return new Message(
                rest.role(),
                beginning.content() + rest.content(),
                beginning.reasoning() + rest.reasoning(),
                rest.toolCalls(),
                rest.toolCallId());
    }
}
