package io.github.panallama.http;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// An endpoint with [Routes] that a test starts as it needs it.
abstract class HttpCase {
    protected final Routes routes = new Routes();
    protected final List<String> log = new CopyOnWriteArrayList<>();
    private @Nullable LlamaServer server;

    protected LlamaServer start(ServerOptions options) {
        var started = LlamaServer.start(options.withLog(log::add), routes.all());
        server = started;
        return started;
    }

    protected LlamaServer start(Bounds bounds) {
        return start(ServerOptions.DEFAULT.withBounds(bounds));
    }

    @AfterEach
    void close() {
        if (server != null) {
            server.close();
        }
    }

    protected Wire wire() {
        var running = server == null ? start(Bounds.DEFAULT.withDrain(Duration.ZERO)) : server;
        return new Wire(running.port());
    }

    protected static JsonNode json(Wire.Response response) {
        return JsonMapper.shared().readTree(response.body());
    }

    /// Waits until something is so: in a moment, however busy the machine is.
    protected static void eventually(BooleanSupplier condition) throws InterruptedException {
        within(Duration.ofSeconds(10), condition);
    }

    protected static void within(Duration limit, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, () -> "not within " + limit);
            Thread.sleep(5);
        }
    }
}
