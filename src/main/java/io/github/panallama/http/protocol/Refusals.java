package io.github.panallama.http.protocol;

import io.github.panallama.Llama;
import io.github.panallama.error.ContextFullException;
import io.github.panallama.error.QueueFullException;
import io.github.panallama.error.WorkerDiedException;
import io.github.panallama.http.server.Handler;
import io.github.panallama.http.server.HttpFailure;
import io.github.panallama.limits.Length;
import java.util.OptionalInt;

/// What the library refuses, in words of HTTP.
final class Refusals {
    private static final String CONTEXT_FULL = "context_length_exceeded";

    private Refusals() {}

    /// {@return a handler that throws what HTTP knows}
    static Handler over(Llama llama, Handler handler) {
        return exchange -> {
            try {
                handler.handle(exchange);
            } catch (IllegalArgumentException e) {
                throw new HttpFailure(400, message(e), null, null);
            } catch (ContextFullException e) {
                throw new HttpFailure(400, message(e), null, CONTEXT_FULL);
            } catch (QueueFullException e) {
                throw new HttpFailure(429, "too many requests wait already: try again later", null, null);
            } catch (WorkerDiedException e) {
                throw new HttpFailure(503, "the model's process died, a new one is started: try again", null, null);
            } catch (IllegalStateException e) {
                if (llama.isClosed()) {
                    throw new HttpFailure(503, "the model is being unloaded: try again later", null, null);
                }
                throw e;
            }
        };
    }

    private static String message(RuntimeException e) {
        return String.valueOf(e.getMessage());
    }

    /// {@return the failure of a prompt that is too long, as OpenAI's clients expect it}
    ///
    /// @param field that is too long
    /// @param tokens of the prompt
    /// @param contextSize what there is
    /// @param length what is asked for
    static HttpFailure tooLong(String field, int tokens, int contextSize, Length length) {
        int answer = length.tokens().orElse(length.otherwise().orElse(1));
        return new HttpFailure(
                400,
                "This model's maximum context length is %d tokens. However, you requested %d tokens (%d in the %s, %d for the completion). Please reduce the length of the %s."
                        .formatted(contextSize, (long) tokens + answer, tokens, field, answer, field),
                field,
                CONTEXT_FULL);
    }

    /// {@return the failure of a prompt that is too long, in Anthropic's words}
    ///
    /// @param tokens of the prompt
    /// @param contextSize what there is
    /// @param answer tokens asked for
    static HttpFailure tooLong(int tokens, int contextSize, OptionalInt answer) {
        int most = contextSize - (answer.orElse(1) == 0 ? 0 : 1);
        return HttpFailure.badRequest("messages", "prompt is too long: %d tokens > %d maximum".formatted(tokens, most));
    }
}
