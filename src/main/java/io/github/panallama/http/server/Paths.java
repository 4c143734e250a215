package io.github.panallama.http.server;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.Optional;

/// What the heads of requests say.
final class Paths {
    /// Stands in for a head that cannot be read.
    static final HttpRequest UNKNOWN = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");

    private Paths() {}

    /// {@return the path, decoded, without the query; empty if it is malformed}
    ///
    /// @param target of the request, with or without `http://host`
    static Optional<String> of(String target) {
        try {
            var path = new QueryStringDecoder(target.replaceFirst("(?i)^https?://[^/?]*", "")).path();
            return Optional.of(path.isEmpty() ? "/" : path);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /// {@return whether a version of HTTP is one that is spoken here}
    static boolean isKnown(HttpVersion version) {
        return version.equals(HttpVersion.HTTP_1_1) || version.equals(HttpVersion.HTTP_1_0);
    }

    /// Bodies are taken as they are, in chunks or not.
    ///
    /// @throws HttpFailure if one is compressed
    static void refuseEncodings(HttpHeaders headers) {
        var encoding = headers.get("content-encoding", "identity");
        var transfer = headers.get("transfer-encoding", "chunked");
        if (!encoding.equalsIgnoreCase("identity") || !transfer.equalsIgnoreCase("chunked")) {
            throw HttpFailure.badRequest(null, "a compressed body is not taken: send it without content-encoding");
        }
    }
}
