package io.github.panallama.http.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Listens, and has each request handled on a virtual thread of its own.
public final class HttpServer implements AutoCloseable {
    private static final int LOOPS = 2;
    private static final int BACKLOG = 1024;
    private static final WriteBufferWaterMark UNSENT = new WriteBufferWaterMark(16 << 10, 64 << 10);
    private static final Duration LAST_WORDS = Duration.ofSeconds(3);

    private final Shared shared;
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(
            LOOPS, new DefaultThreadFactory("panallama-http", true), NioIoHandler.newFactory());
    private final Channel listener;
    private boolean closed;

    /// Starts to listen.
    ///
    /// @param address where
    /// @param settings how
    /// @param keys one of which must be sent, unless there is none
    /// @param routes who answers what
    /// @param log gets a line of JSON for each request
    /// @throws UncheckedIOException if the address cannot be listened on
    public HttpServer(
            InetSocketAddress address, Settings settings, List<String> keys, List<Route> routes, Consumer<String> log) {
        var metrics = new Metrics();
        var all = new ArrayList<>(routes);
        all.add(get("/health", "application/json", () -> "{\"status\":\"ok\"}")); // while stopping nothing is let in
        all.add(get("/metrics", "text/plain; version=0.0.4; charset=utf-8", metrics::text));
        shared = new Shared(settings, new Gate(all, keys), new Journal(log), metrics);
        var bound = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, UNSENT)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        var connection = new Connection(shared, channel);
                        channel.pipeline()
                                .addLast(new Decoder(connection::arrived), new HttpResponseEncoder(), connection);
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            var _ = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw new UncheckedIOException(new IOException(
                    "cannot listen on %s: %s".formatted(address, bound.cause().getMessage()), bound.cause()));
        }
        listener = bound.channel();
    }

    private static Route get(String path, String type, Supplier<String> text) {
        return new Route(
                "GET",
                path,
                ErrorShape.OPENAI,
                exchange -> exchange.reply(200, type, text.get().getBytes(StandardCharsets.UTF_8)));
    }

    /// {@return where it listens}
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    /// Stops accepting, lets what runs go on for a while, then ends it. Closing again does nothing.
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        shared.stop();
        var _ = listener.close();
        try {
            shared.awaitQuiet(shared.settings().drain());
            stopAll();
            shared.awaitQuiet(LAST_WORDS);
            shared.connections().forEach(Connection::finish);
            shared.awaitClosed(LAST_WORDS);
        } catch (InterruptedException e) { // whoever closes cannot wait
            stopAll();
            Thread.currentThread().interrupt();
        }
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private void stopAll() {
        shared.connections().forEach(connection -> connection.stop(Failures.stopping()));
    }
}
