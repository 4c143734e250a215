package io.github.panallama.http.server;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A connection: one request at a time, on its event loop, which never waits. While a request is answered the channel
/// is read on, to notice that the client has gone; what it sends ahead waits here.
final class Connection extends ChannelInboundHandlerAdapter {
    private static final int AHEAD_LIMIT = 64 << 10; // beyond it a client that sends ahead is not read
    private static final Duration LINGER = Duration.ofSeconds(2);

    private enum Phase {
        IDLE,
        HEAD,
        BODY,
        ANSWERING,
        CLOSING
    }

    private final Shared shared;
    private final SocketChannel channel;
    private final Outbox outbox;
    private final Deque<HttpObject> ahead = new ArrayDeque<>();
    private int aheadBytes;
    private Phase phase = Phase.IDLE;
    private Body body = new Body(0);
    private @Nullable Call call; // from its head to the end of its answer
    private boolean handled; // the request, by its handler: it has been read to its end
    private @Nullable Future<?> timer;
    private long unsent; // of the answer, when it was looked at last

    Connection(Shared shared, SocketChannel channel) {
        this.shared = shared;
        this.channel = channel;
        this.outbox = new Outbox(channel, shared.responses(), this::ended);
    }

    /// {@return the way out}
    Outbox outbox() {
        return outbox;
    }

    /// {@return the address of the client}
    String client() {
        var address = channel.remoteAddress(); // null once it is gone
        return address == null ? "" : address.getAddress().getHostAddress();
    }

    /// Closes it, whatever there is to say.
    void drop() {
        var _ = channel.close();
    }

    // ---- reading ----

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        shared.opened(this);
        enter(Phase.IDLE, shared.settings().idle());
    }

    /// Bytes have come: the first of a request start its clock.
    void arrived() {
        if (phase == Phase.IDLE) {
            enter(Phase.HEAD, shared.settings().head());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        var object = (HttpObject) message;
        switch (phase) {
            case CLOSING -> ReferenceCountUtil.release(object);
            case ANSWERING -> {
                ahead.add(object);
                aheadBytes += object instanceof HttpContent content
                        ? content.content().readableBytes()
                        : 1 << 10;
                channel.config().setAutoRead(aheadBytes < AHEAD_LIMIT);
            }
            default -> take(object);
        }
    }

    private void take(HttpObject object) {
        try {
            if (object.decoderResult().isFailure()) {
                malformed(object);
            } else if (object instanceof HttpRequest request) {
                begin(request);
            } else if (object instanceof HttpContent content && phase == Phase.BODY && call != null) {
                receive(call, content);
            }
        } finally {
            ReferenceCountUtil.release(object);
        }
    }

    private void malformed(HttpObject object) {
        handled = false;
        var begun = call != null
                ? call
                : new Call(
                        this, object instanceof HttpRequest request ? request : Paths.UNKNOWN, "/", shared.settings());
        begun.last();
        refuse(
                begun,
                HttpFailure.badRequest(
                        null,
                        "this is not HTTP: " + object.decoderResult().cause().getMessage()));
    }

    private void begin(HttpRequest request) {
        var path = Paths.of(request.uri());
        var begun = new Call(this, request, path.orElse("/"), shared.settings());
        call = begun;
        handled = false;
        boolean empty = !HttpUtil.isTransferEncodingChunked(request) && HttpUtil.getContentLength(request, 0L) == 0;
        try {
            if (path.isEmpty() || !Paths.isKnown(request.protocolVersion())) {
                throw HttpFailure.badRequest(null, "this is not HTTP/1.1: the path or the version is malformed");
            }
            admit(begun, request);
        } catch (HttpFailure failure) {
            if (!empty) {
                begun.last(); // what it sends is not worth reading
            }
            refuse(begun, failure);
            return;
        }
        if (begun.progress() == Call.Progress.ENDED) { // answered already, and perhaps sent
            return;
        }
        enter(Phase.BODY, shared.settings().body());
        if (HttpUtil.is100ContinueExpected(request) && !empty) {
            var _ = channel.writeAndFlush(
                    new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
        }
    }

    /// What the head alone decides.
    private void admit(Call call, HttpRequest request) {
        var gate = shared.gate();
        var methods = gate.methods(call.path());
        if (call.method().equals("OPTIONS") && !methods.isEmpty()) {
            answering();
            outbox.replyNow(call, shared.responses().options(call, methods));
            return;
        }
        call.route(gate.admit(call.method(), call.path(), request.headers()));
        if (shared.stopping()) {
            throw Failures.stopping();
        }
        Paths.refuseEncodings(request.headers());
        long length = HttpUtil.getContentLength(request, 0L);
        body = new Body(shared.settings().bodyLimit());
        body.announce(length);
    }

    private void receive(Call call, HttpContent content) {
        try {
            body.add(content.content());
        } catch (HttpFailure failure) {
            call.last();
            refuse(call, failure);
            return;
        }
        if (content instanceof LastHttpContent) {
            call.body(body.bytes());
            body = new Body(0);
            dispatch(call);
        }
    }

    private void dispatch(Call call) {
        answering();
        shared.settings().request().ifPresent(time -> {
            var overtime = channel.eventLoop()
                    .schedule(() -> stop(call, Failures.timeOver(time)), time.toNanos(), TimeUnit.NANOSECONDS);
            call.onEnd(() -> overtime.cancel(false));
        });
        handled = true;
        shared.run(call);
    }

    private void refuse(Call call, HttpFailure failure) {
        answering();
        var headers = failure.status() == 405
                ? Map.of("allow", shared.gate().methods(call.path()))
                : Map.<String, String>of();
        outbox.failNow(call, failure, headers);
    }

    private void answering() {
        phase = Phase.ANSWERING;
        unsent = Long.MAX_VALUE;
        cancelTimer();
    }

    // ---- the end of an answer, of a connection ----

    private void ended(Call call, ChannelFuture sent) {
        if (!handled) {
            shared.refused(call);
        }
        restartTimer(shared.settings().body()); // for as long it may stay unread
        sent.addListener(_ -> sent(call));
    }

    private void sent(Call ended) {
        call = null;
        if (ended.isLast() || shared.stopping()) {
            leave();
            return;
        }
        enter(Phase.IDLE, shared.settings().idle());
        while (phase != Phase.ANSWERING && phase != Phase.CLOSING && !ahead.isEmpty()) {
            take(ahead.remove());
        }
        if (ahead.isEmpty()) {
            aheadBytes = 0;
            channel.config().setAutoRead(true);
        }
    }

    /// Closing while there is something unread would reset the connection, and take the answer from the client.
    private void leave() {
        if (handled && ahead.isEmpty()) {
            drop();
            return;
        }
        releaseAhead();
        channel.config().setAutoRead(true);
        var _ = channel.shutdownOutput();
        enter(Phase.CLOSING, LINGER);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        shared.closed(this);
        cancelTimer();
        releaseAhead();
        outbox.gone();
        if (call != null) {
            call.pull();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        outbox.writable();
    }

    /// A client that went without a word, or a defect of ours: either way the connection is of no use.
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            shared.journal().defect("connection", cause);
        }
        drop();
    }

    /// Ends what runs, from any thread.
    void stop(HttpFailure why) {
        channel.eventLoop().execute(() -> {
            if (call != null) {
                stop(call, why);
            }
        });
    }

    private void stop(Call call, HttpFailure why) {
        call.pull();
        if (call.progress() != Call.Progress.ENDED) {
            call.last(); // its handler may go on for a while
            outbox.failNow(call, why, Map.of());
        }
    }

    /// Closes, when what is being sent is sent; from any thread, of a server that is stopping.
    void finish() {
        channel.eventLoop().execute(() -> {
            if (phase != Phase.ANSWERING && phase != Phase.CLOSING) {
                drop();
            }
        });
    }

    private void releaseAhead() {
        ahead.forEach(ReferenceCountUtil::release);
        ahead.clear();
    }

    // ---- clocks ----

    private void enter(Phase next, Duration limit) {
        phase = next;
        restartTimer(limit);
    }

    private void restartTimer(Duration limit) {
        cancelTimer();
        timer = channel.eventLoop().schedule(this::late, limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    /// A large answer may take its time, as long as some of it goes.
    private boolean isBeingRead() {
        var out = channel.unsafe().outboundBuffer();
        long left = out == null ? 0 : out.totalPendingWriteBytes() - Math.max(out.currentProgress(), 0);
        boolean less = left < unsent;
        unsent = left;
        return less;
    }

    private void late() {
        if (phase == Phase.ANSWERING && isBeingRead()) {
            restartTimer(shared.settings().body());
            return;
        }
        if (phase == Phase.BODY && call != null) {
            call.last();
            refuse(call, new HttpFailure(408, "the body took too long to arrive", null, null));
        } else {
            drop();
        }
    }
}
