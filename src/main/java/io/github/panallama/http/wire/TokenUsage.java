package io.github.panallama.http.wire;

import io.github.panallama.completion.Completion;
import io.github.panallama.completion.Usage;
import java.util.List;

/// How many tokens a request used, as OpenAI says it.
///
/// @param promptTokens of the prompt
/// @param completionTokens generated
/// @param totalTokens both together
public record TokenUsage(int promptTokens, int completionTokens, int totalTokens) {
    /// {@return the tokens of a request}
    ///
    /// @param usage of prompt and answers
    public static TokenUsage of(Usage usage) {
        return new TokenUsage(usage.promptTokens(), usage.completionTokens(), usage.totalTokens());
    }

    /// {@return the tokens of prompts and their completions: a prompt counts once, however many it has}
    ///
    /// @param completions those of the first prompt first
    /// @param n how many each prompt has
    public static Usage sum(List<Completion> completions, int n) {
        int prompt = 0;
        int generated = 0;
        for (int i = 0; i < completions.size(); i++) {
            var usage = completions.get(i).usage();
            prompt += i % n == 0 ? usage.promptTokens() : 0;
            generated += usage.completionTokens();
        }
        return new Usage(prompt, generated);
    }
}
