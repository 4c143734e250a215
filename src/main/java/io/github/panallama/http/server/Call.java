package io.github.panallama.http.server;

import io.github.panallama.completion.Cancel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// A request on its way: what its handler sees, and how far its answer is. What the handler asks for, the connection
/// does on its event loop.
final class Call implements Exchange {
    private static final int CLIENT_GONE = 499;

    /// There is nobody to answer any more.
    private static final class Gone extends CancellationException {
        private static final long serialVersionUID = 1;

        Gone(String message) {
            super(message);
        }
    }

    /// How far an answer is. Read and written on the event loop.
    enum Progress {
        NONE,
        STREAMING,
        ENDED
    }

    private final Connection connection;
    private final HttpRequest request;
    private final String path;
    private final Settings settings;
    private final Outbox outbox;
    private final String requestId = "req_" + UUID.randomUUID().toString().replace("-", "");
    private final long begun = System.nanoTime();
    private final Cancel cancel = new Cancel();
    private final Map<String, String> headers = new LinkedHashMap<>(); // the handler's
    private boolean answered; // by the handler
    private volatile byte[] body = {};
    private volatile @Nullable Served served;
    private volatile int status;
    private volatile long ended;
    private volatile @Nullable Route route;
    private Progress progress = Progress.NONE;
    private boolean last; // read and written on the event loop, too
    private Runnable atEnd = () -> {};

    /// @param connection where it came from
    /// @param request its head
    /// @param path decoded
    /// @param settings of the server
    Call(Connection connection, HttpRequest request, String path, Settings settings) {
        this.connection = connection;
        this.request = request;
        this.path = path;
        this.settings = settings;
        this.outbox = connection.outbox();
        this.last = !isHttp11() || !HttpUtil.isKeepAlive(request);
    }

    // ---- what its handler sees ----

    @Override
    public String method() {
        return request.method().name();
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(request.headers().get(name));
    }

    @Override
    public byte[] body() {
        return body;
    }

    @Override
    public String requestId() {
        return requestId;
    }

    @Override
    public Cancel cancel() {
        return cancel;
    }

    @Override
    public void responseHeader(String name, String value) {
        headers.put(name, value);
    }

    @Override
    public void served(Served served) {
        this.served = served;
    }

    @Override
    public void reply(int status, String contentType, byte[] body) {
        answered = true;
        await(outbox.reply(this, new Answer(status, contentType, body, Map.copyOf(headers))));
    }

    @Override
    public EventStream stream() {
        answered = true;
        await(outbox.open(this, Map.copyOf(headers)));
        return new EventStream() {
            @Override
            public void send(@Nullable String event, String data) {
                await(outbox.send(Call.this, event(event, data)));
            }

            @Override
            public void close() {
                settle(outbox.end(Call.this));
            }
        };
    }

    /// {@return an event as it is sent}
    static byte[] event(@Nullable String name, String data) {
        var text = (name == null ? "" : "event: " + name + "\n") + "data: " + data + "\n\n";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// Waits until the client has room for more.
    private void await(CompletableFuture<Void> room) {
        try {
            room.get(settings.body().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            if (ended != 0) { // all is said, and the connection sees whether it is read
                return;
            }
            connection.drop();
            throw new Gone("the client does not read");
        } catch (CancellationException | ExecutionException e) {
            throw new Gone("the answer has ended, or the client is gone");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        }
    }

    /// As [#await], when there is nothing left to do for a client that is gone.
    private void settle(CompletableFuture<Void> end) {
        try {
            await(end);
        } catch (Gone e) {
            // or whose answer has ended already
        }
    }

    // ---- what the connection and the log see ----

    /// Lets the handler answer, and answers for it if it cannot.
    ///
    /// @return the defect that it died of, if it did
    Optional<Throwable> handle() {
        try {
            route().orElseThrow().handler().handle(this);
            if (!answered) {
                throw new IllegalStateException("%s %s was not answered".formatted(method(), path));
            }
            settle(outbox.end(this)); // if it has forgotten to
            return Optional.empty();
        } catch (HttpFailure failure) {
            settle(outbox.fail(this, failure, Map.copyOf(headers)));
            return Optional.empty();
        } catch (Throwable e) { // an Error too: its client must not wait for ever
            settle(outbox.fail(this, Failures.defect(), Map.of()));
            boolean ours = e instanceof Gone || (e instanceof CancellationException && cancel.isCancelled());
            return ours ? Optional.empty() : Optional.of(e);
        }
    }

    /// Pulls the handle, not on the event loop: what hangs on it is not ours.
    void pull() {
        Thread.startVirtualThread(cancel::cancel);
    }

    void route(Route route) {
        this.route = route;
    }

    Optional<Route> route() {
        return Optional.ofNullable(route);
    }

    ErrorShape errors() {
        return route().map(Route::errors).orElseGet(() -> Gate.shape(path));
    }

    void body(byte[] body) {
        this.body = body;
    }

    /// The connection ends with it.
    void last() {
        last = true;
    }

    boolean isLast() {
        return last;
    }

    String client() {
        return connection.client();
    }

    void onEnd(Runnable action) {
        atEnd = action;
    }

    boolean isHttp11() {
        return request.protocolVersion().equals(HttpVersion.HTTP_1_1);
    }

    boolean isHead() {
        return method().equals("HEAD");
    }

    Progress progress() {
        return progress;
    }

    void begin(int status, Progress progress) {
        this.status = status;
        this.progress = progress;
    }

    void end() {
        progress = Progress.ENDED;
        ended = System.nanoTime();
        atEnd.run();
    }

    Optional<Served> served() {
        return Optional.ofNullable(served);
    }

    /// {@return the status of the answer; of a client that was gone before it what proxies log for that, 499}
    int status() {
        return status == 0 ? CLIENT_GONE : status;
    }

    Duration time() {
        return Duration.ofNanos((ended == 0 ? System.nanoTime() : ended) - begun);
    }
}
