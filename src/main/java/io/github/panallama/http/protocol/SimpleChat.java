package io.github.panallama.http.protocol;

import io.github.panallama.chat.ChatOptions;
import io.github.panallama.chat.ChatReply;
import io.github.panallama.chat.Message;
import io.github.panallama.chat.ReplyPart;
import io.github.panallama.http.server.Exchange;
import io.github.panallama.http.server.Handler;
import io.github.panallama.http.server.Served;
import io.github.panallama.http.wire.AppliedLimits;
import io.github.panallama.http.wire.Finish;
import io.github.panallama.http.wire.Json;
import io.github.panallama.http.wire.TokenUsage;
import io.github.panallama.limits.Length;
import io.github.panallama.sampling.Sampling;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// `POST /chat`: a chat in one flat object, with lengths by name.
record SimpleChat(Service service) implements Handler {
    @Override
    public void handle(Exchange exchange) {
        service.requireChat();
        var fields = Fields.of(exchange.body());
        var sampling = SamplingFields.read(fields, Sampling.NEUTRAL, 2);
        var completion = service.policy()
                .options(length(fields), sampling, StopFields.read(fields, "stop"))
                .withCancel(exchange.cancel());
        boolean stream = fields.flag("stream", false);
        var model = service.model(fields);
        var messages = messages(fields);
        var reply = new Reply(exchange);
        try (var generation = ChatCompletions.generate(service, messages, ChatOptions.of(completion))) {
            reply.limits(generation.limits());
            if (stream) {
                for (var part : generation) {
                    if (part instanceof ReplyPart.Text && !part.text().isEmpty()) {
                        reply.event(null, Json.object().put("text", part.text()));
                    }
                }
            }
            var whole = Reply.whole(generation.result());
            exchange.served(new Served(
                    whole.usage(),
                    Finish.reason(whole.finish()),
                    whole.completion().timings()));
            var json = json(model, whole, sampling);
            if (stream) {
                reply.event(null, json);
                reply.done();
            } else {
                reply.whole(json);
            }
        }
    }

    private static Length length(Fields fields) {
        var tokens = fields.count("max_tokens");
        var preset = fields.text("response_length");
        if (tokens.isPresent() && preset.isPresent()) {
            throw fields.failure("response_length", "cannot be combined with max_tokens: give one of them");
        }
        return preset.map(Length::preset).orElse(Service.length(tokens, Length.UNSPECIFIED));
    }

    private List<Message> messages(Fields fields) {
        var prompt = fields.text("prompt");
        if (prompt.isPresent() == fields.has("messages")) {
            throw fields.failure("prompt", "give either prompt or messages");
        }
        var messages = new ArrayList<Message>();
        fields.text("system").map(Message::system).ifPresent(messages::add);
        messages.addAll(prompt.map(text -> List.of(Message.user(text))).orElseGet(() -> OpenAiMessages.read(fields)));
        return service.policy().instructed(messages);
    }

    private static ObjectNode json(String model, ChatReply reply, Sampling sampling) {
        var completion = reply.completion();
        var json = Json.object()
                .put("id", Ids.next("chat-"))
                .put("model", model)
                .put("text", reply.text())
                .put("finish_reason", Finish.reason(reply.finish()))
                .put("stop_sequence", Finish.stopSequence(reply.finish()));
        json.set("usage", Json.tree(TokenUsage.of(reply.usage())));
        json.set("limits", Json.tree(AppliedLimits.of(completion.limits())));
        json.putObject("parameters")
                .put("temperature", sampling.temperature())
                .put("top_p", sampling.topP())
                .put("top_k", sampling.topK())
                .put("min_p", sampling.minP())
                .put("typical_p", sampling.typicalP())
                .put("frequency_penalty", sampling.penalties().frequency())
                .put("presence_penalty", sampling.penalties().presence())
                .put("repetition_penalty", sampling.penalties().repeat())
                .put("seed", completion.seed());
        return json;
    }
}
