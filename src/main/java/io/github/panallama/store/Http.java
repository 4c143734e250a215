package io.github.panallama.store;

import static java.util.Objects.requireNonNull;

import io.github.panallama.store.DownloadException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/// GET with the hub's rules: redirects are followed here, because the token goes to the hub's own host and to no other;
/// a busy server is asked again, after the pause that it names; one that cannot be reached is not, because the next
/// source may be.
final class Http implements AutoCloseable {
    private static final int MOST_REDIRECTS = 8;

    private final Hub hub;
    private final DownloadOptions options;
    private final HttpClient client;

    Http(Hub hub, DownloadOptions options) {
        this.hub = hub;
        this.options = options;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1) // one big body: nothing to multiplex, and no window to tune
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(options.connectTimeout())
                .build();
    }

    /// Asks for a resource.
    ///
    /// @return an answer with the status 200, 206 or 416; the caller closes its body
    HttpResponse<InputStream> get(URI uri, Map<String, String> headers) throws IOException {
        for (int attempt = 1; ; attempt++) {
            HttpResponse<InputStream> response;
            try {
                response = follow(uri, headers);
            } catch (DownloadException e) {
                throw e;
            } catch (IOException e) {
                requireUninterrupted();
                if (attempt >= options.tries()) {
                    throw new DownloadException(
                            Reason.UNREACHABLE,
                            "%s broke the connection %d times (%s); try again later"
                                    .formatted(uri.getHost(), attempt, e),
                            e);
                }
                pause(backOff(attempt));
                continue;
            }
            int status = response.statusCode();
            if (status == 200 || status == 206 || status == 416) {
                return response;
            }
            response.body().close();
            var wait = HttpErrors.retryAfter(response, backOff(attempt));
            if (wait.isEmpty() || attempt >= options.tries()) {
                throw HttpErrors.of(response, uri, hub.hasToken());
            }
            pause(wait.get());
        }
    }

    Duration backOff(int attempt) {
        return options.backOff().multipliedBy(1L << Math.min(attempt - 1, 6));
    }

    static void pause(Duration time) throws IOException {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            throw StoreLock.interrupted();
        }
    }

    static void requireUninterrupted() throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw StoreLock.interrupted();
        }
    }

    private HttpResponse<InputStream> follow(URI start, Map<String, String> headers) throws IOException {
        var uri = start;
        for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
            var request = HttpRequest.newBuilder(uri).header("User-Agent", "panallama");
            headers.forEach(request::header);
            hub.tokenFor(uri).ifPresent(token -> request.header("Authorization", "Bearer " + token));
            resolveInTime(uri);
            var response = send(request.build());
            int status = response.statusCode();
            var location = response.headers().firstValue("Location");
            if (status < 300 || status >= 400 || status == 304 || location.isEmpty()) {
                return response;
            }
            response.body().close();
            uri = target(uri, location.get());
        }
        throw new DownloadException(Reason.SERVER, "%s redirects without end; try again later".formatted(start));
    }

    private static URI target(URI from, String location) throws DownloadException {
        URI to;
        try {
            to = from.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new DownloadException(Reason.SERVER, from.getHost() + " redirects to the malformed " + location, e);
        }
        boolean https = "https".equals(to.getScheme());
        boolean http = "http".equals(to.getScheme()) && "http".equals(from.getScheme());
        if (to.getHost() == null || !(https || http)) {
            throw new DownloadException(
                    Reason.SERVER, "%s redirects to %s, which is not safe to follow".formatted(from.getHost(), to));
        }
        return to;
    }

    private HttpResponse<InputStream> send(HttpRequest request) throws IOException {
        var pending = client.sendAsync(request, BodyHandlers.ofInputStream());
        try {
            return pending.get(options.stallTimeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            abandon(pending);
            throw StoreLock.interrupted();
        } catch (TimeoutException e) {
            abandon(pending);
            throw new DownloadException(
                    Reason.UNREACHABLE,
                    "%s has not answered for %d s; try again later"
                            .formatted(
                                    request.uri().getHost(),
                                    options.stallTimeout().toSeconds()),
                    e);
        } catch (ExecutionException e) {
            var cause = e.getCause();
            if (cause instanceof HttpConnectTimeoutException
                    || cause instanceof ConnectException
                    || cause instanceof SSLException) {
                throw unreachable(request.uri(), cause);
            }
            throw new IOException(cause);
        }
    }

    /// An answer that comes after all must not keep its connection.
    private static void abandon(CompletableFuture<HttpResponse<InputStream>> pending) {
        pending.cancel(true);
    }

    /// The client's connect timeout does not cover the look-up of the name, which alone can take half a minute in a
    /// closed network.
    private void resolveInTime(URI uri) throws IOException {
        var selector = ProxySelector.getDefault();
        if (selector != null && selector.select(uri).stream().anyMatch(p -> p.type() != Proxy.Type.DIRECT)) {
            return; // the proxy looks the name up
        }
        var lookup = new FutureTask<>(() -> InetAddress.getByName(uri.getHost()));
        Thread.ofPlatform().daemon().name("panallama-lookup").start(lookup);
        try {
            lookup.get(options.connectTimeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            throw StoreLock.interrupted();
        } catch (TimeoutException e) {
            throw unreachable(uri, e);
        } catch (ExecutionException e) {
            throw unreachable(uri, requireNonNull(e.getCause(), "cause"));
        }
    }

    private DownloadException unreachable(URI uri, Throwable cause) {
        var why = cause instanceof UnknownHostException
                ? "its name is not known here"
                : cause instanceof SSLException
                        ? "no secure connection: " + cause.getMessage()
                        : cause instanceof TimeoutException || cause instanceof HttpConnectTimeoutException
                                ? "no connection within "
                                        + options.connectTimeout().toSeconds() + " s"
                                : "no connection";
        return new DownloadException(
                Reason.UNREACHABLE,
                "%s cannot be reached (%s); check the network, or set HF_ENDPOINT to a mirror"
                        .formatted(uri.getHost(), why),
                cause);
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
