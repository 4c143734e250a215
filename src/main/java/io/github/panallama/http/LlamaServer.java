package io.github.panallama.http;

import io.github.panallama.Llama;
import io.github.panallama.http.protocol.Policy;
import io.github.panallama.http.protocol.Protocols;
import io.github.panallama.http.server.HttpServer;
import io.github.panallama.http.server.Route;
import io.github.panallama.http.server.Settings;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/// A loaded model as an HTTP endpoint.
///
/// ```java
/// try (var server = LlamaServer.start(llama, ServerOptions.DEFAULT)) {
///     IO.println("listening on " + server.uri());
/// }
/// ```
///
/// Requests are answered while it is open, each on a virtual thread of its own. It is safe for any number of threads.
public final class LlamaServer implements AutoCloseable {
    private final HttpServer server;

    private LlamaServer(HttpServer server) {
        this.server = server;
    }

    /// {@return an endpoint that accepts requests}
    ///
    /// @param llama answers them; it is not closed with the endpoint
    /// @param options how
    /// @throws IllegalArgumentException if others than this machine could use it without an API key
    /// @throws java.io.UncheckedIOException if the address cannot be listened on
    public static LlamaServer start(Llama llama, ServerOptions options) {
        var policy = new Policy(options.limits(), options.system(), options.modelName());
        return start(options, Protocols.routes(llama, policy));
    }

    /// {@return an endpoint with these routes beside its own}
    static LlamaServer start(ServerOptions options, List<Route> routes) {
        var bind = options.bind();
        var address = bind.address();
        var access = options.access();
        if (!bind.insecure()
                && access.apiKeys().isEmpty()
                && !address.getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException(
                    "anyone who reaches %s could use the model: set an API key, listen on 127.0.0.1, or say insecure"
                            .formatted(bind.host()));
        }
        var all = new ArrayList<>(routes);
        all.addAll(Pages.routes(options.page()));
        return new LlamaServer(new HttpServer(address, settings(options), access.apiKeys(), all, options.log()));
    }

    private static Settings settings(ServerOptions options) {
        var bounds = options.bounds();
        return new Settings(
                bounds.bodyLimit(),
                bounds.head(),
                bounds.body(),
                bounds.idle(),
                bounds.request(),
                bounds.drain(),
                options.access().cors());
    }

    /// {@return the port it listens on}
    public int port() {
        return server.address().getPort();
    }

    /// {@return where it can be reached, such as `http://127.0.0.1:8080`}
    public URI uri() {
        var host = server.address().getAddress().getHostAddress();
        return URI.create("http://%s:%d".formatted(host.contains(":") ? "[%s]".formatted(host) : host, port()));
    }

    /// Stops accepting, lets what runs go on for [Bounds#drain()], then cancels it. Closing again does nothing.
    @Override
    public void close() {
        server.close();
    }
}
