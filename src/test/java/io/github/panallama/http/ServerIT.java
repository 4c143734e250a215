package io.github.panallama.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.github.panallama.Llama;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.FinishReason;
import io.github.panallama.fixture.BigramModel;
import io.github.panallama.fixture.Models;
import io.github.panallama.fixture.TestVocabulary;
import io.github.panallama.http.server.ErrorShape;
import io.github.panallama.http.server.Exchange;
import io.github.panallama.http.server.Route;
import io.github.panallama.http.server.Served;
import io.github.panallama.model.ModelOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// The endpoint in front of a model, without a protocol.
class ServerIT {
    private static final BigramModel MODEL = BigramModel.builder(TestVocabulary.standard())
            .name("endless")
            .never("</s>")
            .build();
    private static final Llama LLAMA = Llama.load(Models.file(MODEL), ModelOptions.DEFAULT.withContextSize(1 << 15));

    private final CompletableFuture<FinishReason> finished = new CompletableFuture<>();
    private final CompletableFuture<Void> begun = new CompletableFuture<>();

    @AfterAll
    static void close() {
        LLAMA.close();
    }

    private LlamaServer start() {
        return LlamaServer.start(
                ServerOptions.DEFAULT, List.of(new Route("POST", "/complete", ErrorShape.OPENAI, this::complete)));
    }

    private void complete(Exchange exchange) {
        begun.complete(null);
        var options = CompletionOptions.DEFAULT
                .withMaxTokens(Integer.parseInt(new String(exchange.body(), StandardCharsets.UTF_8)))
                .withCancel(exchange.cancel());
        var completion = LLAMA.complete("t", options);
        finished.complete(completion.finish());
        exchange.served(new Served(completion.usage(), "length", completion.timings()));
        exchange.reply(200, "text/plain", completion.text().getBytes(StandardCharsets.UTF_8));
    }

    private void endsWithin(Duration limit) throws InterruptedException, ExecutionException, TimeoutException {
        assertInstanceOf(FinishReason.Cancelled.class, finished.get(limit.toMillis(), TimeUnit.MILLISECONDS));
        assertEquals(
                4,
                LLAMA.complete("t", CompletionOptions.DEFAULT.withMaxTokens(4))
                        .usage()
                        .completionTokens());
    }

    @Test
    void anAnswerOfTheModel() {
        try (var server = start();
                var wire = new Wire(server.port())) {
            assertEquals(200, wire.post("/complete", "8").read().status());
        }
    }

    @Test
    void aGenerationForNobodyIsStopped() throws InterruptedException, ExecutionException, TimeoutException {
        try (var server = start()) {
            try (var wire = new Wire(server.port())) {
                wire.post("/complete", "32000");
                begun.get(10, TimeUnit.SECONDS);
            }
            endsWithin(Duration.ofSeconds(1));
        }
    }

    @Test
    void soIsOneThatStillWaitsForItsTurn() throws InterruptedException, ExecutionException, TimeoutException {
        try (var server = start();
                var holder = LLAMA.generate("t", CompletionOptions.DEFAULT.withMaxTokens(32_000))) {
            holder.iterator().next();
            try (var wire = new Wire(server.port())) {
                wire.post("/complete", "32000");
                begun.get(10, TimeUnit.SECONDS);
            }
            assertInstanceOf(FinishReason.Cancelled.class, finished.get(1, TimeUnit.SECONDS));
        }
    }

    @Test
    void itBelongsToItsModel() {
        try (var server = LlamaServer.start(LLAMA, ServerOptions.DEFAULT);
                var wire = new Wire(server.port())) {
            assertEquals(200, wire.get("/health").read().status());
            assertEquals("http://127.0.0.1:" + server.port(), server.uri().toString());
        }
    }
}
