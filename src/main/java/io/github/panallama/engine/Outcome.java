package io.github.panallama.engine;

import io.github.panallama.completion.Completion;
import io.github.panallama.completion.FinishReason;
import io.github.panallama.completion.Timings;
import io.github.panallama.completion.Token;
import io.github.panallama.completion.Usage;
import io.github.panallama.limits.Applied;
import java.util.List;
import java.util.stream.Collectors;

/// What is known about a request once it has ended.
///
/// @param finish why it ended
/// @param usage how many tokens it used
/// @param seed the seed of its draws
/// @param limits how many tokens it could have had, and why
/// @param timings where its time went
public record Outcome(FinishReason finish, Usage usage, long seed, Applied limits, Timings timings) {
    /// {@return the whole completion}
    ///
    /// @param source which has ended like this
    /// @param taken all its tokens
    public Completion completion(TokenSource source, List<Token> taken) {
        int prompt = Math.min(source.promptTokens(), taken.size()); // fewer if it was cancelled meanwhile
        var generated = taken.subList(prompt, taken.size());
        return new Completion(
                source.echoed() + generated.stream().map(Token::text).collect(Collectors.joining()),
                taken.subList(0, prompt),
                generated,
                finish,
                usage,
                seed,
                limits,
                timings);
    }
}
