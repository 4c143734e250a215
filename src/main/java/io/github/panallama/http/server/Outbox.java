package io.github.panallama.http.server;

import io.github.panallama.http.server.Call.Progress;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The way out of a connection. Asked by any thread, done on the event loop; whoever sends waits on what is returned
/// until the client has taken enough of it.
final class Outbox {
    private final Channel channel;
    private final Responses responses;
    private final BiConsumer<Call, ChannelFuture> ended;
    private @Nullable CompletableFuture<Void> room; // of whoever waits for it

    /// @param channel where to
    /// @param responses how
    /// @param ended hears of the end of each answer, before it is all sent
    Outbox(Channel channel, Responses responses, BiConsumer<Call, ChannelFuture> ended) {
        this.channel = channel;
        this.responses = responses;
        this.ended = ended;
    }

    /// Sends a whole answer, unless there is one already.
    CompletableFuture<Void> reply(Call call, Answer answer) {
        return write(call, () -> replyNow(call, answer));
    }

    /// Begins a stream.
    CompletableFuture<Void> open(Call call, Map<String, String> headers) {
        return write(call, () -> {
            call.begin(200, Progress.STREAMING);
            var _ = channel.writeAndFlush(responses.stream(call, headers, !call.isLast()));
        });
    }

    /// Sends a part of a stream.
    CompletableFuture<Void> send(Call call, byte[] event) {
        return write(call, () -> {
            var _ = channel.writeAndFlush(content(event));
        });
    }

    /// Ends a stream, unless it has ended.
    CompletableFuture<Void> end(Call call) {
        return write(call, () -> endNow(call, LastHttpContent.EMPTY_LAST_CONTENT));
    }

    /// Says that a request has failed, as far as that can still be said.
    CompletableFuture<Void> fail(Call call, HttpFailure failure, Map<String, String> headers) {
        return write(call, () -> failNow(call, failure, headers));
    }

    void replyNow(Call call, Answer answer) {
        call.begin(answer.status(), Progress.NONE);
        endNow(call, responses.whole(call, answer, !call.isLast()));
    }

    void failNow(Call call, HttpFailure failure, Map<String, String> headers) {
        var shape = call.errors();
        if (call.progress() == Progress.NONE) {
            replyNow(call, Errors.answer(failure, shape, call.requestId(), headers));
        } else {
            call.last();
            var name = shape == ErrorShape.ANTHROPIC ? "error" : null;
            var _ = channel.write(content(Call.event(name, Errors.body(failure, shape, call.requestId()))));
            endNow(call, LastHttpContent.EMPTY_LAST_CONTENT);
        }
    }

    private void endNow(Call call, HttpObject end) {
        call.end();
        ended.accept(call, channel.writeAndFlush(end));
    }

    private static DefaultHttpContent content(byte[] bytes) {
        return new DefaultHttpContent(Unpooled.wrappedBuffer(bytes));
    }

    private CompletableFuture<Void> write(Call call, Runnable action) {
        var done = new CompletableFuture<Void>();
        try {
            channel.eventLoop().execute(() -> {
                if (call.progress() == Progress.ENDED || !channel.isActive()) {
                    done.completeExceptionally(
                            new CancellationException("the answer has ended, or the client is gone"));
                    return;
                }
                action.run();
                if (channel.isWritable()) {
                    done.complete(null);
                } else {
                    room = done;
                }
            });
        } catch (RejectedExecutionException e) {
            done.completeExceptionally(new CancellationException("the server is closed"));
        }
        return done;
    }

    /// There is room again. On the event loop.
    void writable() {
        if (room != null && channel.isWritable()) {
            room.complete(null);
            room = null;
        }
    }

    /// There is no client any more. On the event loop.
    void gone() {
        if (room != null) {
            room.completeExceptionally(new CancellationException("the client is gone"));
            room = null;
        }
    }
}
