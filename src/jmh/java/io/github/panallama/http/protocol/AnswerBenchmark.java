package io.github.panallama.http.protocol;

import io.github.panallama.Llama;
import io.github.panallama.bench.ShortRun;
import io.github.panallama.completion.Completion;
import io.github.panallama.completion.Token;
import io.github.panallama.fixture.Models;
import io.github.panallama.http.wire.Json;
import io.github.panallama.http.wire.LogprobLists;
import io.github.panallama.limits.GenerationLimits;
import io.github.panallama.model.ModelOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// What the JSON of an answer costs: of each token that is streamed, and of a whole completion of 64 tokens; without
/// log-probabilities and with 5 alternatives.
@State(Scope.Benchmark)
public class AnswerBenchmark extends ShortRun {
    private static final int TOKENS = 64;

    @Param({"false", "true"})
    boolean logprobs;

    private CompletionJson json;
    private Completion completion;
    private Token token;

    @Setup
    public void complete() {
        try (var llama = Llama.load(Models.file(Models.bigram()), ModelOptions.DEFAULT.withThreads(1))) {
            var service = new Service(llama, new Policy(GenerationLimits.NONE, Optional.empty(), "tiny"));
            var body = "{\"prompt\":\"the\",\"stream\":true%s}".formatted(logprobs ? ",\"logprobs\":5" : "");
            var request = CompletionRequest.read(Fields.of(body.getBytes(StandardCharsets.UTF_8)), service.policy());
            json = new CompletionJson(Head.of("cmpl-", "tiny"), request);
            var options = request.options().withMaxTokens(TOKENS).withIgnoreEos(true);
            completion = llama.complete("the", options);
            token = completion.tokens().getFirst();
        }
    }

    @Benchmark
    public String chunk() {
        var lists = logprobs ? new LogprobLists.Reader(false).next(token) : null;
        return Json.line(json.chunk(json.choice(0, token.text(), lists, null)));
    }

    @Benchmark
    public byte[] whole() {
        return Json.bytes(json.whole(List.of(completion), completion.usage()));
    }
}
