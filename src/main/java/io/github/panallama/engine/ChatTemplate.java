package io.github.panallama.engine;

import io.github.panallama.chat.ChatOptions;
import io.github.panallama.chat.Message;
import io.github.panallama.ffi.Handle;
import io.github.panallama.ffi.Status;
import io.github.panallama.ffi.Strings;
import io.github.panallama.ffi.gen.panallama_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/// A model's own template, run by llama.cpp's Jinja engine and chat code. Used on the [TokenizerThread], for its stack.
final class ChatTemplate extends Handle {
    private static final JsonMapper JSON = JsonMapper.shared();

    private ChatTemplate(MemorySegment pointer) {
        super(pointer, panallama_h::pan_template_free);
    }

    /// {@return the template of a model}
    static ChatTemplate of(Model model) {
        try (var ta = Arena.ofConfined()) {
            var out = ta.allocate(panallama_h.C_POINTER);
            Status.check(
                    panallama_h.pan_template_new(model.pointer(), MemorySegment.NULL, 0, out),
                    "reading the model's chat template");
            return new ChatTemplate(out.get(panallama_h.C_POINTER, 0));
        }
    }

    /// {@return a chat, ready to be answered}
    ///
    /// @param messages the chat so far; if the last one is the model's, it is continued
    /// @param options tools, thinking, template arguments, and a grammar of the reply
    RenderedChat render(List<Message> messages, ChatOptions options) {
        var request = JSON.writeValueAsBytes(ChatRequest.of(messages, options));
        try (var ta = Arena.ofConfined()) {
            var out = ta.allocate(panallama_h.C_POINTER);
            var length = ta.allocate(ValueLayout.JAVA_INT);
            int rc = panallama_h.pan_template_apply(pointer(), Strings.bytes(ta, request), request.length, out, length);
            if (rc == panallama_h.PAN_E_EXCEPTION()) { // the template's own complaint, such as two user turns in a row
                throw new IllegalArgumentException(
                        "the model's chat template refuses this chat: " + Status.lastError());
            }
            Status.check(rc, "rendering the chat");
            return RenderedChat.read(JSON.readTree(Buffers.taken(out, length)));
        }
    }
}
