package io.github.panallama.http.protocol;

import io.github.panallama.completion.Completion;
import io.github.panallama.completion.Usage;
import io.github.panallama.http.wire.Finish;
import io.github.panallama.http.wire.Json;
import io.github.panallama.http.wire.LogprobLists;
import io.github.panallama.http.wire.TokenUsage;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// OpenAI's text completion objects.
///
/// @param head of all of them
/// @param request that they answer
record CompletionJson(Head head, CompletionRequest request) {
    private static final String TYPE = "text_completion";

    /// {@return the whole answer}
    ObjectNode whole(List<Completion> completions, Usage usage) {
        var json = head.object(TYPE);
        var choices = json.putArray("choices");
        for (var completion : completions) {
            var lists = request.logprobs() ? LogprobLists.of(completion, request.echo()) : null;
            choices.add(choice(choices.size(), completion.text(), lists, Finish.reason(completion.finish())));
        }
        return json.set("usage", Json.tree(TokenUsage.of(usage)));
    }

    /// {@return a piece of the answer}
    ObjectNode chunk(ObjectNode choice) {
        var json = head.object(TYPE);
        json.putArray("choices").add(choice);
        return request.usage() ? json.putNull("usage") : json;
    }

    /// {@return the last piece, with the tokens used}
    ObjectNode last(Usage usage) {
        return head.last(TYPE, usage);
    }

    ObjectNode choice(int index, String text, @Nullable LogprobLists lists, @Nullable String finish) {
        var choice = Json.object().put("index", index).put("text", text);
        if (lists == null) {
            choice.putNull("logprobs");
        } else {
            var logprobs = choice.putObject("logprobs");
            logprobs.set("tokens", Json.tree(lists.tokens()));
            logprobs.set("token_logprobs", Json.tree(lists.tokenLogprobs()));
            logprobs.set("text_offset", Json.tree(lists.textOffset()));
            logprobs.set("top_logprobs", Json.tree(lists.topLogprobs()));
        }
        return choice.put("finish_reason", finish);
    }
}
