package io.github.panallama.http;

import io.github.panallama.completion.Cancel;
import io.github.panallama.completion.Timings;
import io.github.panallama.completion.Usage;
import io.github.panallama.http.server.ErrorShape;
import io.github.panallama.http.server.Exchange;
import io.github.panallama.http.server.Handler;
import io.github.panallama.http.server.HttpFailure;
import io.github.panallama.http.server.Route;
import io.github.panallama.http.server.Served;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Routes that need no model, and do what a test wants to see.
final class Routes {
    /// Requests at `/wait` that have begun, and those that were told to stop.
    final AtomicInteger begun = new AtomicInteger();

    final AtomicInteger stopped = new AtomicInteger();

    /// Events that `/flood` has sent.
    final AtomicInteger sent = new AtomicInteger();

    List<Route> all() {
        return List.of(
                openAi("POST", "/echo", exchange -> exchange.reply(200, "text/plain", exchange.body())),
                openAi("GET", "/echo", exchange -> {
                    exchange.responseHeader("x-own", "yes");
                    exchange.reply(200, "text/plain", "hello".getBytes(StandardCharsets.UTF_8));
                }),
                openAi("POST", "/wait", exchange -> {
                    begun.incrementAndGet();
                    await(exchange.cancel());
                    stopped.incrementAndGet();
                    exchange.reply(200, "text/plain", new byte[0]);
                }),
                openAi("POST", "/events", exchange -> {
                    try (var events = exchange.stream()) {
                        for (int i = 0; i < 20; i++) {
                            events.send(null, "" + i);
                            pause(Duration.ofMillis(50));
                        }
                    }
                    exchange.served(new Served(
                            new Usage(3, 20),
                            "stop",
                            new Timings(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(2), 3, 19)));
                }),
                openAi("POST", "/flood", exchange -> {
                    try (var events = exchange.stream()) {
                        while (true) {
                            events.send(null, "x".repeat(1 << 12));
                            sent.incrementAndGet();
                        }
                    }
                }),
                openAi("POST", "/full", Routes::full),
                openAi("POST", "/bug", Routes::bug),
                openAi("POST", "/silent", _ -> {}),
                openAi("POST", "/half", Routes::half),
                new Route("POST", "/v1/messages", ErrorShape.ANTHROPIC, Routes::full),
                new Route("POST", "/v1/messages/bug", ErrorShape.ANTHROPIC, Routes::bug),
                new Route("POST", "/v1/messages/half", ErrorShape.ANTHROPIC, Routes::half));
    }

    private static Route openAi(String method, String path, Handler handler) {
        return new Route(method, path, ErrorShape.OPENAI, handler);
    }

    private static void full(Exchange exchange) {
        throw new HttpFailure(429, "too many wait", null, null);
    }

    private static void bug(Exchange exchange) {
        throw new ArithmeticException("a secret");
    }

    private static void half(Exchange exchange) {
        exchange.stream().send("ping", "{}");
        throw HttpFailure.badRequest("prompt", "no more");
    }

    /// Waits for the handle to be pulled.
    private static void await(Cancel cancel) {
        var pulled = new CountDownLatch(1);
        cancel.onCancel(pulled::countDown);
        try {
            if (!pulled.await(20, TimeUnit.SECONDS)) {
                throw new AssertionError("nobody pulled the handle");
            }
        } catch (InterruptedException e) {
            throw new CancellationException();
        }
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            throw new CancellationException();
        }
    }
}
