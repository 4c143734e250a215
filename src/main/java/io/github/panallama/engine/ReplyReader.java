package io.github.panallama.engine;

import io.github.panallama.chat.ChatReply;
import io.github.panallama.chat.ReplyPart;
import io.github.panallama.chat.ToolCall;
import io.github.panallama.completion.Completion;
import io.github.panallama.completion.FinishReason;
import io.github.panallama.completion.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Makes the parts of a reply of its tokens, as they come: what is thought, what is said, which tools are to be called.
///
/// After each token the whole text so far is parsed again and what has been added is handed on, so the parts joined are
/// the whole reply. Used by one thread at a time.
public final class ReplyReader implements PartReader {
    private final ReplyParser parser;
    private final List<String> marks;
    private final StringBuilder raw = new StringBuilder();
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder reasoning = new StringBuilder();
    private final List<ToolCall> calls = new ArrayList<>();
    private final List<Token> pending = new ArrayList<>(); // nothing has come of them yet
    private final List<Token> tokens = new ArrayList<>(); // of the text
    private int fed;
    private boolean speaking = true; // what came last is text

    /// @param parser takes the text apart
    /// @param marks what a tool call begins with: the parser holds back what may become one
    ReplyReader(ReplyParser parser, List<String> marks) {
        this.parser = parser;
        this.marks = marks;
    }

    @Override
    public List<ReplyPart> feed(Token token) {
        fed++;
        pending.add(token);
        if (token.text().isEmpty()) {
            return List.of();
        }
        raw.append(token.text());
        return added(parser.parse(raw.toString(), true));
    }

    @Override
    public List<ReplyPart> end(Completion completion) {
        for (var token : completion.tokens().subList(fed, completion.tokens().size())) { // nobody took them: a close
            pending.add(token);
            raw.append(token.text());
        }
        boolean cut = !(completion.finish() instanceof FinishReason.EndOfText);
        var parts = added(parser.parse(raw.toString(), cut));
        flush(parts);
        if (speaking
                && !pending.isEmpty()
                && pending.stream().allMatch(token -> token.text().isEmpty())) {
            parts.add(new ReplyPart.Text("", taken())); // part of a character
        }
        return parts;
    }

    /// What could have become a mark, and did not, is text.
    private void flush(List<ReplyPart> parts) {
        for (var mark : marks) {
            for (int n = Math.min(mark.strip().length() - 1, raw.length()); n > 0; n--) {
                var tail = raw.substring(raw.length() - n);
                if (mark.startsWith(tail) && raw.toString().endsWith(text + tail) && calls.isEmpty()) {
                    text.append(tail);
                    parts.add(new ReplyPart.Text(tail, taken(tail)));
                    return;
                }
            }
        }
    }

    private List<ReplyPart> added(ParsedReply parsed) {
        var parts = new ArrayList<ReplyPart>();
        var thought = extension(reasoning, parsed.reasoning());
        if (!thought.isEmpty()) {
            parts.add(new ReplyPart.Reasoning(thought));
        }
        var said = extension(text, parsed.content());
        if (!said.isEmpty()) {
            parts.add(new ReplyPart.Text(said, taken(said)));
        }
        for (int i = 0; i < parsed.toolCalls().size(); i++) {
            addCall(i, parsed.toolCalls().get(i), parts);
        }
        if (!parts.isEmpty()) {
            speaking = !said.isEmpty();
            pending.clear(); // they are another channel's
        }
        return parts;
    }

    private void addCall(int index, ToolCall call, List<ReplyPart> parts) {
        if (index >= calls.size()) {
            if (call.name().isEmpty()) {
                return;
            }
            var id = call.id().isEmpty() ? CallIds.next() : call.id();
            calls.add(new ToolCall(id, call.name(), ""));
            parts.add(new ReplyPart.ToolCallBegin(index, id, call.name()));
        }
        var known = calls.get(index);
        var arguments = new StringBuilder(known.arguments());
        var more = extension(arguments, call.arguments());
        if (!more.isEmpty()) {
            calls.set(index, new ToolCall(known.id(), known.name(), arguments.toString()));
            parts.add(new ReplyPart.ToolArguments(index, more));
        }
    }

    /// Of what waits the tokens that a text came of: before them may stand marks that nothing came of.
    private List<Token> taken(String said) {
        var joined = pending.stream().map(Token::text).collect(Collectors.joining());
        int skip = Math.max(joined.lastIndexOf(said), 0); // not there if it begins in a token that was handed on
        while (skip > 0 && pending.getFirst().text().length() <= skip) {
            skip -= pending.removeFirst().text().length();
        }
        return taken();
    }

    private List<Token> taken() {
        var taken = List.copyOf(pending);
        tokens.addAll(taken);
        pending.clear();
        return taken;
    }

    /// What a longer text adds to a known one. What has been handed on is never taken back: a text that does not begin
    /// with it adds nothing.
    private static String extension(StringBuilder known, String longer) {
        if (longer.length() <= known.length() || !longer.startsWith(known.toString())) {
            return "";
        }
        var more = longer.substring(known.length());
        known.append(more);
        return more;
    }

    private static boolean isObject(String json) {
        try {
            return JsonMapper.shared().readTree(json).isObject();
        } catch (JacksonException e) {
            return false;
        }
    }

    @Override
    public ChatReply reply(Completion completion) {
        boolean calling = completion.finish() instanceof FinishReason.EndOfText
                && !calls.isEmpty()
                && isObject(calls.getLast().arguments()); // a model may end its turn in the middle of a call
        var finish = calling ? new FinishReason.ToolUse() : completion.finish();
        return new ChatReply(text.toString(), reasoning.toString(), calls, finish, tokens, completion);
    }
}
