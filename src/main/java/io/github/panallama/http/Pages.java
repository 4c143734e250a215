package io.github.panallama.http;

import io.github.panallama.http.server.ErrorShape;
import io.github.panallama.http.server.Exchange;
import io.github.panallama.http.server.Handler;
import io.github.panallama.http.server.Route;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the endpoint says about itself: the page for people and the description for programs, where the jar has them.
final class Pages {
    /// Everything is in the page; it talks to this endpoint only.
    private static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline';"
            + " connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private Pages() {}

    /// {@return their routes}
    ///
    /// @param page whether the page is among them
    static List<Route> routes(boolean page) {
        var routes = new ArrayList<Route>();
        resource("openapi.json")
                .map(text -> get("/openapi.json", exchange -> exchange.reply(200, "application/json", text)))
                .ifPresent(routes::add);
        if (page) {
            resource("page.html")
                    .map(text -> get("/", exchange -> page(exchange, text)))
                    .ifPresent(routes::add);
        }
        return routes;
    }

    private static void page(Exchange exchange, byte[] text) {
        exchange.responseHeader("content-security-policy", POLICY);
        exchange.responseHeader("referrer-policy", "no-referrer");
        exchange.reply(200, "text/html; charset=utf-8", text);
    }

    private static Route get(String path, Handler handler) {
        return new Route("GET", path, ErrorShape.OPENAI, handler);
    }

    private static Optional<byte[]> resource(String name) {
        try (var in = Pages.class.getResourceAsStream(name)) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
