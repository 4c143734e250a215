package io.github.panallama.http.protocol;

import io.github.panallama.Generation;
import io.github.panallama.completion.Completion;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.FinishReason;
import io.github.panallama.completion.Timings;
import io.github.panallama.error.ContextFullException;
import io.github.panallama.http.server.Exchange;
import io.github.panallama.http.server.Handler;
import io.github.panallama.http.server.Served;
import io.github.panallama.http.wire.Json;
import io.github.panallama.http.wire.LogprobLists;
import io.github.panallama.limits.Length;
import io.github.panallama.sampling.Sampling;
import tools.jackson.databind.node.ObjectNode;

/// `POST /inference`: completions as Together's first API had them.
record Inference(Service service) implements Handler {
    private static final int MAX_TOKENS = 512; // where a request does not say

    private static final Sampling DEFAULT =
            Sampling.NEUTRAL.withTemperature(0.7f).withTopP(0.7f).withTopK(50);

    @Override
    public void handle(Exchange exchange) {
        var fields = Fields.of(exchange.body());
        var prompt = fields.required("prompt", fields.text("prompt"));
        var sampling = SamplingFields.read(fields, DEFAULT, Float.MAX_VALUE);
        var length = Service.length(fields.count("max_tokens"), Length.otherwise(MAX_TOKENS));
        var options = service.policy()
                .options(length, sampling, StopFields.read(fields, "stop"))
                .withLogprobs(fields.count("logprobs"))
                .withCancel(exchange.cancel());
        boolean stream = fields.flag("stream_tokens", false);
        var model = service.model(fields);
        var reply = new Reply(exchange);
        try (var generation = generate(prompt, options)) {
            reply.limits(service.bounded(generation.limits(), options, 1));
            if (stream) {
                for (var token : generation) {
                    if (!token.text().isEmpty()) {
                        reply.event(null, piece(token.text()));
                    }
                }
            }
            var completion = Reply.whole(generation.result());
            exchange.served(new Served(completion.usage(), finishReason(completion), completion.timings()));
            if (stream) {
                reply.done();
            } else {
                reply.whole(json(
                        fields, prompt, model, completion, options.logprobs().isPresent()));
            }
        }
    }

    private Generation generate(String prompt, CompletionOptions options) {
        try {
            return service.llama().generate(prompt, options);
        } catch (ContextFullException e) {
            throw Refusals.tooLong("prompt", e.promptTokens(), service.contextSize(), options.length());
        }
    }

    private static ObjectNode piece(String text) {
        var json = Json.object();
        json.putArray("choices").addObject().put("text", text);
        return json;
    }

    private static ObjectNode json(
            Fields fields, String prompt, String model, Completion completion, boolean logprobs) {
        var json = Json.object().put("status", "finished");
        json.putArray("prompt").add(prompt);
        json.put("model", model).put("model_owner", "").putObject("tags");
        json.put("num_returns", 1).set("args", fields.json());
        json.putArray("subjobs");
        var output = json.putObject("output");
        var choice = output.putArray("choices").addObject();
        choice.put("finish_reason", finishReason(completion)).put("index", 0).put("text", completion.text());
        if (logprobs) {
            var lists = LogprobLists.of(completion, false);
            var object = choice.putObject("logprobs");
            object.set("tokens", Json.tree(lists.tokens()));
            object.set("token_ids", Json.tree(lists.tokenIds()));
            object.set("token_logprobs", Json.tree(lists.tokenLogprobs()));
            object.set("top_logprobs", Json.tree(lists.topLogprobs()));
        }
        output.put("raw_compute_time", seconds(completion.timings())).put("result_type", "language-model-inference");
        return json;
    }

    /// Never 0, which clients divide by.
    private static double seconds(Timings timings) {
        return Math.max(timings.prompt().plus(timings.decode()).toNanos(), 1) / 1e9;
    }

    private static String finishReason(Completion completion) {
        return switch (completion.finish()) {
            case FinishReason.EndOfText() -> "eos";
            case FinishReason.Stop _, FinishReason.ToolUse() -> "stop";
            case FinishReason.Length(), FinishReason.Cancelled _ -> "length";
        };
    }
}
