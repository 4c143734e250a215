package io.github.panallama.isolation;

import io.github.panallama.chat.ReplyPart;
import io.github.panallama.chat.ToolCall;
import io.github.panallama.completion.FinishReason;
import io.github.panallama.completion.Timings;
import io.github.panallama.completion.Token;
import io.github.panallama.completion.Usage;
import io.github.panallama.engine.Outcome;
import io.github.panallama.limits.Applied;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// What the worker says, about one order each.
sealed interface FromWorker {
    /// {@return the order's id}
    long id();

    /// What was asked for.
    record Value(long id, JsonNode value) implements FromWorker {}

    /// It could not be done, or a request has failed.
    record Failed(long id, Failure failure) implements FromWorker {}

    /// The requests of an order run.
    record Started(long id, List<Facts> requests) implements FromWorker {}

    /// Tokens of a request.
    ///
    /// @param parts what each adds to a reply, if it is one's; else none
    record Next(long id, List<Token> tokens, List<List<ReplyPart>> parts) implements FromWorker {}

    /// A request has ended.
    ///
    /// @param rest of a reply, if it is one
    record Ended(
            long id, FinishReason finish, Usage usage, long seed, Applied limits, Timings timings, Optional<Rest> rest)
            implements FromWorker {
        static Ended of(long id, Outcome outcome, Optional<Rest> rest) {
            return new Ended(
                    id, outcome.finish(), outcome.usage(), outcome.seed(), outcome.limits(), outcome.timings(), rest);
        }

        Outcome outcome() {
            return new Outcome(finish, usage, seed, limits, timings);
        }
    }

    /// What is known of a request from the beginning.
    ///
    /// @param limits how many tokens it may generate
    /// @param promptTokens how many of its tokens are the prompt's
    /// @param echoed the prompt, if it is to stand before the completion
    record Facts(Applied limits, int promptTokens, String echoed) {}

    /// What is known of a reply at its end.
    ///
    /// @param parts what was held back
    /// @param text the whole text
    /// @param reasoning all that was thought
    /// @param toolCalls all calls
    /// @param finish why it ended
    /// @param tokens those of the text
    record Rest(
            List<ReplyPart> parts,
            String text,
            String reasoning,
            List<ToolCall> toolCalls,
            FinishReason finish,
            List<Token> tokens) {}
}
