package io.github.panallama.http.protocol;

import io.github.panallama.Generation;
import io.github.panallama.completion.Cancel;
import io.github.panallama.completion.Completion;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.Timings;
import io.github.panallama.error.ContextFullException;
import io.github.panallama.http.server.Exchange;
import io.github.panallama.http.server.Handler;
import io.github.panallama.http.server.Served;
import io.github.panallama.http.wire.Finish;
import io.github.panallama.http.wire.TokenUsage;
import java.util.List;
import java.util.OptionalLong;

/// `POST /v1/completions`: OpenAI's completions of texts.
record Completions(Service service) implements Handler {
    private static final long SEEDS = 0xFFFF_FFFFL;

    @Override
    public void handle(Exchange exchange) {
        var fields = Fields.of(exchange.body());
        var request = CompletionRequest.read(fields, service.policy());
        var json = new CompletionJson(Head.of("cmpl-", service.model(fields)), request);
        var reply = new Reply(exchange);
        if (request.prompts().size() > 1) {
            check(request, reply);
        }
        var completions = Choices.all(
                request.choices(),
                service.slots(),
                exchange.cancel(),
                (index, cancel) -> complete(request, json, reply, index, cancel));
        var usage = TokenUsage.sum(completions, request.n());
        exchange.served(new Served(usage, Finish.reason(completions.getFirst().finish()), timings(completions)));
        if (!request.stream()) {
            reply.whole(json.whole(completions, usage));
            return;
        }
        if (request.usage()) {
            reply.event(null, json.last(usage));
        }
        reply.done();
    }

    /// Refuses a request one of whose prompts is too long, before the first one is answered.
    private void check(CompletionRequest request, Reply reply) {
        for (var prompt : request.prompts()) {
            int tokens = prompt.tokens(service.llama());
            try {
                reply.limits(
                        service.policy().limits().apply(request.options().length(), tokens, service.contextSize()));
            } catch (ContextFullException e) {
                throw tooLong(e, request.options());
            }
        }
    }

    private Completion complete(CompletionRequest request, CompletionJson json, Reply reply, int index, Cancel cancel) {
        var prompt = request.prompts().get(index / request.n());
        var options = seeded(request.options(), index % request.n()).withCancel(cancel);
        try (var generation = generate(prompt, options)) {
            reply.limits(service.bounded(generation.limits(), options, request.choices()));
            return request.stream()
                    ? new CompletionChunks(json, index, request, reply).send(generation)
                    : Reply.whole(generation.result());
        }
    }

    private Generation generate(Prompt prompt, CompletionOptions options) {
        try {
            return prompt.generate(service.llama(), options);
        } catch (ContextFullException e) {
            throw tooLong(e, options);
        }
    }

    private RuntimeException tooLong(ContextFullException e, CompletionOptions options) {
        return Refusals.tooLong("prompt", e.promptTokens(), service.contextSize(), options.length());
    }

    /// {@return the options of one of several answers: their seeds follow each other}
    static CompletionOptions seeded(CompletionOptions options, int index) {
        var seed = options.sampling().seed();
        return seed.isEmpty() || index == 0
                ? options
                : options.withSampling(
                        options.sampling().withSeed(OptionalLong.of((seed.getAsLong() + index) % SEEDS)));
    }

    static Timings timings(List<Completion> completions) {
        return completions.stream().map(Completion::timings).reduce(Timings.NONE, Timings::plus);
    }
}
