package io.github.panallama.isolation;

import io.github.panallama.chat.ChatReply;
import io.github.panallama.chat.ReplyPart;
import io.github.panallama.completion.Completion;
import io.github.panallama.completion.Token;
import io.github.panallama.engine.PartReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The parts of a reply that the worker takes apart: they come with the tokens.
final class WorkerReply implements PartReader {
    private final Deque<List<ReplyPart>> parts = new ArrayDeque<>(); // guarded by this; one entry for each token
    private FromWorker.@Nullable Rest rest; // guarded by this

    synchronized void add(List<ReplyPart> ofOneToken) {
        parts.add(ofOneToken);
    }

    synchronized void end(FromWorker.Rest rest) {
        this.rest = rest;
    }

    @Override
    public synchronized List<ReplyPart> feed(Token token) {
        return parts.removeFirst();
    }

    @Override
    public synchronized List<ReplyPart> end(Completion completion) {
        var held = new ArrayList<ReplyPart>();
        parts.forEach(held::addAll); // of tokens that nobody took: a close
        parts.clear();
        held.addAll(rest().parts());
        return held;
    }

    private FromWorker.Rest rest() {
        if (rest == null) {
            throw new IllegalStateException("the reply has not ended");
        }
        return rest;
    }

    @Override
    public synchronized ChatReply reply(Completion completion) {
        var end = rest();
        return new ChatReply(end.text(), end.reasoning(), end.toolCalls(), end.finish(), end.tokens(), completion);
    }
}
