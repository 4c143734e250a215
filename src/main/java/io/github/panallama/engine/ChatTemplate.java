package io.github.panallama.engine;

import io.github.panallama.chat.Message;
import io.github.panallama.ffi.Handle;
import io.github.panallama.ffi.Status;
import io.github.panallama.ffi.Strings;
import io.github.panallama.ffi.gen.panallama_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;

/// A model's Jinja template, run by llama.cpp's own engine. Used on the [TokenizerThread], for its stack.
final class ChatTemplate extends Handle {
    private static final JsonMapper JSON = JsonMapper.shared();

    private ChatTemplate(MemorySegment pointer) {
        super(pointer, panallama_h::pan_chat_free);
    }

    /// Parses a template.
    ///
    /// @param source Jinja
    /// @param bos text of the BOS token, empty if there is none
    /// @param eos text of the EOS token, empty if there is none
    static ChatTemplate parse(String source, String bos, String eos) {
        var bytes = source.getBytes(StandardCharsets.UTF_8);
        try (var ta = Arena.ofConfined()) {
            var out = ta.allocate(panallama_h.C_POINTER);
            Status.check(
                    panallama_h.pan_chat_new(
                            Strings.bytes(ta, bytes),
                            bytes.length,
                            Strings.cString(ta, bos),
                            Strings.cString(ta, eos),
                            out),
                    "reading the model's chat template");
            return new ChatTemplate(out.get(panallama_h.C_POINTER, 0));
        }
    }

    /// {@return the prompt, in parts: what came from a message is never special}
    ///
    /// @param messages the chat so far
    List<Vocabulary.Part> render(List<Message> messages) {
        var json = JSON.createObjectNode().put("add_generation_prompt", true);
        var turns = json.putArray("messages");
        for (var message : messages) {
            turns.addObject()
                    .put("role", message.role().name().toLowerCase(Locale.ROOT))
                    .put("content", wellFormed(message.content()));
        }
        var request = JSON.writeValueAsBytes(json);
        try (var ta = Arena.ofConfined()) {
            var out = ta.allocate(panallama_h.C_POINTER);
            var length = ta.allocate(ValueLayout.JAVA_INT);
            int rc = panallama_h.pan_chat_render(pointer(), Strings.bytes(ta, request), request.length, out, length);
            if (rc == panallama_h.PAN_E_EXCEPTION()) { // the template's own complaint, such as two user turns in a row
                throw new IllegalArgumentException(
                        "the model's chat template refuses this chat: " + Status.lastError());
            }
            Status.check(rc, "rendering the chat");
            var parts = new ArrayList<Vocabulary.Part>();
            for (var part : JSON.readTree(Buffers.taken(out, length)).get("parts")) {
                parts.add(new Vocabulary.Part(
                        part.get("text").asString(), part.get("special").asBoolean()));
            }
            return parts;
        }
    }

    /// Half a surrogate pair is no text: it becomes a question mark, as in a prompt that is encoded as UTF-8.
    private static String wellFormed(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
