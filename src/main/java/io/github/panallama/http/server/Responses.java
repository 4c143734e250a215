package io.github.panallama.http.server;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;

/// Answers as Netty sends them, with the headers that every one has.
final class Responses {
    private static final HttpVersion VERSION = HttpVersion.HTTP_1_1;
    private static final HttpResponseStatus OVERLOADED = new HttpResponseStatus(529, "Overloaded");
    private static final String EXPOSED =
            "request-id, x-request-id, retry-after, x-max-tokens-requested, x-max-tokens-applied, x-max-tokens-reason";

    private final Optional<String> cors;

    /// @param cors the origin whose pages may read answers, if any
    Responses(Optional<String> cors) {
        this.cors = cors;
    }

    /// {@return a whole response; to HEAD without its body}
    HttpResponse whole(Call call, Answer answer, boolean keepAlive) {
        var body = call.isHead() ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(answer.body());
        var response = new DefaultFullHttpResponse(VERSION, status(answer.status()), body);
        if (answer.status() != 204) {
            response.headers().set("content-type", answer.contentType());
            response.headers().set("content-length", answer.body().length);
        }
        complete(response, call, answer.headers(), keepAlive);
        return response;
    }

    /// {@return the head of a stream of events, which ends with the connection for clients that know no chunks}
    HttpResponse stream(Call call, Map<String, String> headers, boolean keepAlive) {
        var response = new DefaultHttpResponse(VERSION, HttpResponseStatus.OK);
        response.headers().set("content-type", "text/event-stream");
        response.headers().set("x-accel-buffering", "no"); // proxies pass events on at once
        HttpUtil.setTransferEncodingChunked(response, call.isHttp11());
        complete(response, call, headers, keepAlive);
        return response;
    }

    /// {@return the answer to OPTIONS, which browsers ask before a page of another origin may send}
    Answer options(Call call, String methods) {
        if (cors.isEmpty()) {
            return Answer.empty(204, Map.of("allow", methods));
        }
        var wanted = call.header("access-control-request-headers").orElse("");
        return Answer.empty(
                204,
                Map.of(
                        "allow", methods,
                        "access-control-allow-methods", methods,
                        "access-control-allow-headers", wanted,
                        "access-control-max-age", "7200"));
    }

    private void complete(HttpMessage response, Call call, Map<String, String> headers, boolean keepAlive) {
        var all = response.headers();
        all.set("date", DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC)));
        all.set("request-id", call.requestId());
        all.set("x-request-id", call.requestId());
        all.set("x-content-type-options", "nosniff");
        all.set("cache-control", "no-store");
        cors.ifPresent(origin -> {
            all.set("access-control-allow-origin", origin);
            all.set("access-control-expose-headers", EXPOSED);
            if (!origin.equals("*")) {
                all.set("vary", "origin");
            }
        });
        headers.forEach(all::set);
        HttpUtil.setKeepAlive(response, keepAlive);
    }

    private static HttpResponseStatus status(int code) {
        return code == OVERLOADED.code() ? OVERLOADED : HttpResponseStatus.valueOf(code);
    }
}
