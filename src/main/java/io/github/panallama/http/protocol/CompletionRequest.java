package io.github.panallama.http.protocol;

import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.PromptOptions;
import io.github.panallama.limits.Length;
import io.github.panallama.sampling.Grammar;
import io.github.panallama.sampling.Sampling;
import java.util.List;

/// A request for completions of texts, as OpenAI spells it.
///
/// @param prompts what is to be continued
/// @param n how often each
/// @param options how
/// @param stream whether the answer is events
/// @param usage whether the events end with the number of tokens
record CompletionRequest(List<Prompt> prompts, int n, CompletionOptions options, boolean stream, boolean usage) {
    private static final int MAX_N = 128;
    private static final int MAX_CHOICES = 2048;
    private static final int MAX_TOKENS = 16; // where a request does not say

    static CompletionRequest read(Fields fields, Policy policy) {
        var prompts = PromptFields.read(fields);
        int n = n(fields);
        if ((long) prompts.size() * n > MAX_CHOICES) {
            throw fields.failure(
                    "prompt",
                    "%d of them, %d times each, are more than %d choices".formatted(prompts.size(), n, MAX_CHOICES));
        }
        var bestOf = fields.integer("best_of", 1, MAX_N);
        if (bestOf.isPresent() && bestOf.getAsLong() != n) {
            throw fields.failure("best_of", "must equal n: all completions are given back");
        }
        var length = Service.length(fields.count("max_tokens"), Length.otherwise(MAX_TOKENS));
        var sampling = SamplingFields.read(fields, Sampling.NEUTRAL, 2);
        var options = policy.options(length, sampling, StopFields.read(fields, "stop"))
                .withPrompt(new PromptOptions(fields.flag("echo", false), fields.text("suffix"), true))
                .withLogprobs(fields.count("logprobs"))
                .withGrammar(fields.text("grammar").map(Grammar::gbnf));
        return new CompletionRequest(prompts, n, options, fields.flag("stream", false), usage(fields));
    }

    /// {@return how many answers there are to be}
    static int n(Fields fields) {
        return (int) fields.integer("n", 1, MAX_N).orElse(1);
    }

    /// {@return whether events are to end with the number of tokens}
    static boolean usage(Fields fields) {
        return fields.object("stream_options")
                .map(options -> options.flag("include_usage", false))
                .orElse(false);
    }

    int choices() {
        return prompts.size() * n;
    }

    boolean echo() {
        return options.prompt().echo();
    }

    boolean logprobs() {
        return options.logprobs().isPresent();
    }
}
