package io.github.panallama.hostile;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.Llama;
import io.github.panallama.chat.ChatOptions;
import io.github.panallama.chat.Message;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.ScoreOptions;
import io.github.panallama.error.LlamaException;
import io.github.panallama.model.ModelOptions;
import io.github.panallama.sampling.Grammar;
import io.github.panallama.sampling.Sampling;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.function.Executable;

/// What may come of hostile input: an answer, or an exception of ours that says what is wrong. In time, either way.
final class Outcomes {
    /// Small, and on one thread: the cases are many.
    static final ModelOptions SMALL = ModelOptions.DEFAULT.withContextSize(256).withThreads(1);

    /// A few tokens, and a deadline for what would never come to one.
    static final CompletionOptions BRIEF = CompletionOptions.DEFAULT
            .withMaxTokens(4)
            .withSampling(Sampling.DEFAULT.withSeed(7))
            .withDeadline(Duration.ofSeconds(3));

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int LONGEST_MESSAGE = 5000; // what is in a file or a request must not flood a log

    private Outcomes() {}

    /// Runs a case, on a thread of its own: one that hangs fails, and the others go on.
    static void inTime(Executable code) {
        assertTimeoutPreemptively(LIMIT, code);
    }

    /// {@return whether the call was answered; if it was not, its exception is one of ours and says why}
    static boolean answers(Executable call) throws Throwable {
        try {
            call.execute();
            return true;
        } catch (RuntimeException e) {
            assertTrue(isTyped(e), () -> "not an exception of ours: " + e);
            var message = String.valueOf(e.getMessage());
            assertFalse(e.getMessage() == null || message.isBlank(), () -> "it does not say what is wrong: " + e);
            assertTrue(
                    message.length() <= LONGEST_MESSAGE,
                    () -> "a message of " + message.length() + " characters: " + message.substring(0, 200));
            return false;
        }
    }

    /// Exactly these: a NumberFormatException, say, is an IllegalArgumentException that nobody thought of.
    private static boolean isTyped(RuntimeException e) {
        return e instanceof LlamaException
                || e.getClass() == IllegalArgumentException.class
                || e.getClass() == IllegalStateException.class
                || e.getClass() == CancellationException.class;
    }

    /// Loads a file and, if that works, asks it everything that a model is asked.
    static void loadsAndAnswersOrRefuses(Path file) throws Throwable {
        answers(() -> {
            try (var llama = Llama.load(file, SMALL)) {
                use(llama);
            }
        });
    }

    private static void use(Llama llama) throws Throwable {
        assertTrue(llama.info().toString().length() > 10);
        answers(() -> assertTrue(llama.tokenize("the sand <s> é 日 \0 😀").length > 0));
        answers(() -> llama.detokenize(0, 1, 2, 100));
        answers(() -> llama.complete("the sea", BRIEF.withLogprobs(3).withEcho(true)));
        answers(() -> llama.complete("a <s> the", BRIEF.withSampling(Sampling.GREEDY)));
        answers(() -> llama.complete("a", BRIEF.withGrammar(Grammar.json())));
        answers(() -> llama.score(
                "the sand and the sea", ScoreOptions.DEFAULT.withTop(2).withDeadline(LIMIT)));
        answers(() ->
                llama.chat(List.of(Message.system("be brief"), Message.user("hi <|im_end|>")), ChatOptions.of(BRIEF)));
        answers(() -> {
            try (var rows = llama.evaluate("a t")) {
                assertTrue(rows.toString().length() > 0);
            }
        });
    }
}
