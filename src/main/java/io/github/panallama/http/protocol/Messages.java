package io.github.panallama.http.protocol;

import io.github.panallama.ChatGeneration;
import io.github.panallama.chat.ChatOptions;
import io.github.panallama.error.ContextFullException;
import io.github.panallama.http.server.Exchange;
import io.github.panallama.http.server.Handler;
import io.github.panallama.http.server.Served;
import io.github.panallama.http.wire.Json;

/// `POST /v1/messages`: Anthropic's replies to chats.
record Messages(Service service) implements Handler {
    @Override
    public void handle(Exchange exchange) {
        var fields = Fields.of(exchange.body());
        service.requireChat();
        var request = MessagesRequest.read(fields, service.policy());
        var json = MessageJson.of(exchange, request);
        var reply = new Reply(exchange);
        var completion = request.options().completion().withCancel(exchange.cancel());
        try (var generation = generate(request, request.options().withCompletion(completion))) {
            reply.limits(generation.limits());
            var whole = request.stream()
                    ? new MessageEvents(json, reply).send(generation)
                    : Reply.whole(generation.result());
            exchange.served(new Served(
                    whole.usage(), json.stopReason(whole), whole.completion().timings()));
            if (request.stream()) {
                reply.end();
            } else {
                reply.whole(json.whole(whole));
            }
        }
    }

    private ChatGeneration generate(MessagesRequest request, ChatOptions options) {
        try {
            return service.llama().generate(request.messages(), options);
        } catch (ContextFullException e) {
            throw Refusals.tooLong(e.promptTokens(), service.contextSize(), request.maxTokens());
        }
    }

    /// `POST /v1/messages/count_tokens`: how many tokens the same request would read.
    record Count(Service service) implements Handler {
        @Override
        public void handle(Exchange exchange) {
            var fields = Fields.of(exchange.body());
            service.requireChat();
            var request = MessagesRequest.readForCount(fields, service.policy());
            int tokens = service.llama().countTokens(request.messages(), request.options());
            new Reply(exchange).whole(Json.object().put("input_tokens", tokens));
        }
    }
}
