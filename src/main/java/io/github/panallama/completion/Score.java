package io.github.panallama.completion;

import java.util.List;

/// How likely a model finds a text. Prints as the number of scored tokens, their sum and the perplexity.
///
/// @param tokens the text's tokens, without the BOS that was added; each with its log-probability given everything
///     before it (natural log, from the raw logits), except a first one that nothing comes before
/// @param timings where the time went
public record Score(List<Token> tokens, Timings timings) {
    /// Copies the list.
    public Score {
        tokens = List.copyOf(tokens);
    }

    /// {@return how many tokens have a log-probability}
    public int count() {
        return (int)
                tokens.stream().filter(token -> token.logprobs().isPresent()).count();
    }

    /// {@return the log-probability of the text: the sum over its tokens, at most 0, in nats}
    public double sumLogprob() {
        return tokens.stream()
                .filter(token -> token.logprobs().isPresent())
                .mapToDouble(Token::logprob)
                .sum();
    }

    /// {@return `exp(-sum / count)`: among how many equally likely tokens the model wavers on average; NaN when nothing
    /// was scored}
    public double perplexity() {
        return Math.exp(-sumLogprob() / count());
    }

    /// {@return whether a greedy completion would have written exactly this: each scored token is the likeliest at its
    /// place}
    public boolean isGreedy() {
        return tokens.stream().flatMap(token -> token.logprobs().stream()).allMatch(logprobs -> logprobs.rank() == 1);
    }

    /// {@return a summary for people}
    @Override
    public String toString() {
        return "%d tokens, sum %.4f, perplexity %.4f".formatted(count(), sumLogprob(), perplexity());
    }
}
