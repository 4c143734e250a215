package io.github.panallama.http.protocol;

import io.github.panallama.Llama;
import io.github.panallama.bench.ShortRun;
import io.github.panallama.bench.Texts;
import io.github.panallama.fixture.Models;
import io.github.panallama.http.wire.Json;
import io.github.panallama.limits.GenerationLimits;
import io.github.panallama.model.ModelOptions;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// What it costs to read a request with a text of 1 KB: parsing, checking, and making options of it.
@State(Scope.Benchmark)
public class RequestBenchmark extends ShortRun {
    private static final int TEXT_BYTES = 1024;

    private final byte[] completion = Json.bytes(Json.object()
            .put("prompt", Texts.english(TEXT_BYTES))
            .put("max_tokens", 64)
            .put("temperature", 0.7));
    private final byte[] chat = question();
    private Llama llama;
    private Service service;

    private static byte[] question() {
        var request = Json.object().put("max_completion_tokens", 64).put("temperature", 0.7);
        request.putArray("messages").addObject().put("role", "user").put("content", Texts.english(TEXT_BYTES));
        return Json.bytes(request);
    }

    @Setup
    public void load() {
        llama = Llama.load(Models.file(Models.chat()), ModelOptions.DEFAULT.withThreads(1));
        service = new Service(llama, new Policy(GenerationLimits.NONE, Optional.empty(), "tiny"));
    }

    @Benchmark
    public Object completion() {
        return CompletionRequest.read(Fields.of(completion), service.policy());
    }

    @Benchmark
    public Object chat() {
        return ChatRequest.read(Fields.of(chat), service.policy());
    }

    @TearDown
    public void close() {
        llama.close();
    }
}
