package io.github.panallama.engine;

import io.github.panallama.chat.ToolCall;
import io.github.panallama.ffi.Status;
import io.github.panallama.ffi.Strings;
import io.github.panallama.ffi.gen.panallama_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import tools.jackson.databind.json.JsonMapper;

/// Takes a reply's raw text apart, as llama.cpp's chat code understands the template that asked for it.
///
/// The parser recurses, so it runs on the [TokenizerThread] wherever it is called. It is freed when nobody can reach it
/// any
/// more: a reply that was left early may still be asked for.
final class ReplyParser {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final TokenizerThread thread;
    private final MemorySegment parser;

    private ReplyParser(TokenizerThread thread, MemorySegment parser) {
        this.thread = thread;
        this.parser = parser;
    }

    /// {@return a parser}
    ///
    /// @param rules of the chat that is answered: [RenderedChat#parser()]
    /// @param thread where it runs
    static ReplyParser of(String rules, TokenizerThread thread) {
        var bytes = rules.getBytes(StandardCharsets.UTF_8);
        return thread.call(() -> {
            try (var ta = Arena.ofConfined()) {
                var out = ta.allocate(panallama_h.C_POINTER);
                Status.check(
                        panallama_h.pan_reply_new(Strings.bytes(ta, bytes), bytes.length, out),
                        "preparing to read the reply");
                var parser = out.get(panallama_h.C_POINTER, 0);
                return new ReplyParser(thread, parser.reinterpret(Arena.ofAuto(), panallama_h::pan_reply_free));
            }
        });
    }

    /// {@return the parts of a text}
    ///
    /// @param text all so far
    /// @param partial whether more may come
    ParsedReply parse(String text, boolean partial) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        return read(thread.call(() -> {
            try (var ta = Arena.ofConfined()) {
                var out = ta.allocate(panallama_h.C_POINTER);
                var length = ta.allocate(ValueLayout.JAVA_INT);
                Status.check(
                        panallama_h.pan_reply_parse(
                                parser, Strings.bytes(ta, bytes), bytes.length, partial, out, length),
                        "reading the reply");
                return Buffers.taken(out, length);
            }
        }));
    }

    private static ParsedReply read(byte[] json) {
        var reply = JSON.readTree(json);
        var calls = new ArrayList<ToolCall>();
        for (var call : reply.get("tool_calls")) {
            calls.add(new ToolCall(
                    call.get("id").asString(),
                    call.get("name").asString(),
                    call.get("arguments").asString()));
        }
        return new ParsedReply(
                reply.get("content").asString(), reply.get("reasoning_content").asString(), calls);
    }
}
