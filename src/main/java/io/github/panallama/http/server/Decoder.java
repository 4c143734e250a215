package io.github.panallama.http.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;

/// Bytes to requests. Netty's decoder, whose own strictness keeps smuggled requests out: no two lengths, no length
/// beside chunks, no line without its end.
final class Decoder extends HttpRequestDecoder {
    private static final int LINE = 8 << 10;
    private static final int HEADERS = 32 << 10;
    private static final int PIECE = 64 << 10;

    private final Runnable arrived;

    /// @param arrived is told whenever bytes come
    Decoder(Runnable arrived) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(LINE)
                .setMaxHeaderSize(HEADERS)
                .setMaxChunkSize(PIECE));
        this.arrived = arrived;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object bytes) throws Exception {
        arrived.run();
        super.channelRead(ctx, bytes);
    }
}
