package io.github.panallama.http.protocol;

import io.github.panallama.chat.ChatReply;
import io.github.panallama.completion.Completion;
import io.github.panallama.completion.FinishReason;
import io.github.panallama.http.server.EventStream;
import io.github.panallama.http.server.Exchange;
import io.github.panallama.http.wire.AppliedLimits;
import io.github.panallama.http.wire.Json;
import io.github.panallama.limits.Applied;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The answer to a request: whole, or a stream of events that begins with the first one. Several threads may send
/// events.
final class Reply {
    private final Exchange exchange;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean limited;
    private @Nullable EventStream stream;

    Reply(Exchange exchange) {
        this.exchange = exchange;
    }

    /// Says in headers how many tokens the answer may have. What is said first counts.
    void limits(Applied applied) {
        lock.lock();
        try {
            if (limited) {
                return;
            }
            limited = true;
            var limits = AppliedLimits.of(applied);
            if (limits.requested() != null) {
                exchange.responseHeader(
                        "x-max-tokens-requested", limits.requested().toString());
            }
            exchange.responseHeader("x-max-tokens-applied", Integer.toString(limits.applied()));
            exchange.responseHeader("x-max-tokens-reason", String.join(",", limits.reasons()));
        } finally {
            lock.unlock();
        }
    }

    /// Sends the whole answer.
    void whole(ObjectNode body) {
        exchange.reply(200, "application/json", Json.bytes(body));
    }

    /// Sends an event.
    void event(@Nullable String name, ObjectNode data) {
        event(name, Json.line(data));
    }

    private void event(@Nullable String name, String data) {
        lock.lock();
        try {
            if (stream == null) {
                stream = exchange.stream();
            }
            stream.send(name, data);
        } finally {
            lock.unlock();
        }
    }

    /// Ends a stream as OpenAI does.
    void done() {
        event(null, "[DONE]");
        end();
    }

    /// Ends a stream.
    void end() {
        if (stream != null) {
            stream.close();
        }
    }

    /// {@return the completion, which ended by itself}
    ///
    /// @throws CancellationException if it was cut short: what there is must not pass for an answer
    static Completion whole(Completion completion) {
        if (completion.finish() instanceof FinishReason.Cancelled(var reason)) {
            throw new CancellationException(reason);
        }
        return completion;
    }

    /// {@return the reply, which ended by itself}
    ///
    /// @throws CancellationException if it was cut short
    static ChatReply whole(ChatReply reply) {
        var _ = whole(reply.completion());
        return reply;
    }
}
