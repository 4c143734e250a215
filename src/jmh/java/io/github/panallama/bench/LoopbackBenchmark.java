package io.github.panallama.bench;

import io.github.panallama.Llama;
import io.github.panallama.completion.Completion;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.fixture.Models;
import io.github.panallama.http.LlamaServer;
import io.github.panallama.http.ServerOptions;
import io.github.panallama.model.ModelOptions;
import io.github.panallama.sampling.Sampling;
import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// What the endpoint adds to a request: the same completion of one token, as a call and over a connection that stays
/// open; and a request that no model answers, which is the transport alone.
@State(Scope.Benchmark)
@Warmup(iterations = 20, time = 1) // so much code is compiled after thousands of requests only
public class LoopbackBenchmark extends ShortRun {
    private static final CompletionOptions ONE_TOKEN =
            CompletionOptions.DEFAULT.withMaxTokens(1).withSampling(Sampling.GREEDY);

    private final byte[] health = LoopbackClient.request("GET /health", "");
    private final byte[] completion =
            LoopbackClient.request("POST /v1/completions", "{\"prompt\":\"the\",\"max_tokens\":1,\"temperature\":0}");
    private Llama llama;
    private LlamaServer server;
    private LoopbackClient client;

    @Setup
    public void start() throws IOException {
        llama = Llama.load(Models.file(Models.bigram()), ModelOptions.DEFAULT.withThreads(1));
        server = LlamaServer.start(llama, ServerOptions.DEFAULT);
        client = new LoopbackClient(server.port());
    }

    @Benchmark
    public Completion direct() {
        return llama.complete("the", ONE_TOKEN);
    }

    @Benchmark
    public int overHttp() throws IOException {
        return client.exchange(completion);
    }

    @Benchmark
    public int transport() throws IOException {
        return client.exchange(health);
    }

    @TearDown
    public void close() throws IOException {
        client.close();
        server.close();
        llama.close();
    }
}
