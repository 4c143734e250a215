package io.github.panallama.http.protocol;

import io.github.panallama.ChatGeneration;
import io.github.panallama.chat.ChatOptions;
import io.github.panallama.chat.ChatReply;
import io.github.panallama.chat.Message;
import io.github.panallama.completion.Cancel;
import io.github.panallama.error.ContextFullException;
import io.github.panallama.http.server.Exchange;
import io.github.panallama.http.server.Handler;
import io.github.panallama.http.server.Served;
import io.github.panallama.http.wire.Finish;
import io.github.panallama.http.wire.TokenUsage;
import java.util.List;

/// `POST /v1/chat/completions`: OpenAI's replies to chats.
record ChatCompletions(Service service) implements Handler {
    @Override
    public void handle(Exchange exchange) {
        var fields = Fields.of(exchange.body());
        service.requireChat();
        var request = ChatRequest.read(fields, service.policy());
        var json = new ChatCompletionJson(Head.of("chatcmpl-", service.model(fields)), request);
        var reply = new Reply(exchange);
        var replies = Choices.all(
                request.n(),
                service.slots(),
                exchange.cancel(),
                (index, cancel) -> answer(request, json, reply, index, cancel));
        var completions = replies.stream().map(ChatReply::completion).toList();
        var usage = TokenUsage.sum(completions, request.n());
        exchange.served(
                new Served(usage, Finish.reason(replies.getFirst().finish()), Completions.timings(completions)));
        if (!request.stream()) {
            reply.whole(json.whole(replies, usage));
            return;
        }
        if (request.usage()) {
            reply.event(null, json.last(usage));
        }
        reply.done();
    }

    private ChatReply answer(ChatRequest request, ChatCompletionJson json, Reply reply, int index, Cancel cancel) {
        var completion =
                Completions.seeded(request.options().completion(), index).withCancel(cancel);
        var options = request.options().withCompletion(completion);
        try (var generation = generate(service, request.messages(), options)) {
            reply.limits(service.bounded(generation.limits(), completion, request.n()));
            return request.stream()
                    ? new ChatChunks(json, index, request, reply).send(generation)
                    : Reply.whole(generation.result());
        }
    }

    /// Begins a reply.
    static ChatGeneration generate(Service service, List<Message> messages, ChatOptions options) {
        try {
            return service.llama().generate(messages, options);
        } catch (ContextFullException e) {
            throw Refusals.tooLong(
                    "messages",
                    e.promptTokens(),
                    service.contextSize(),
                    options.completion().length());
        }
    }
}
