package io.github.panallama.cli;

import io.github.panallama.completion.Bytes;
import io.github.panallama.completion.Candidate;
import io.github.panallama.completion.Completion;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.FinishReason;
import io.github.panallama.completion.Logprobs;
import io.github.panallama.completion.Timings;
import io.github.panallama.completion.Token;
import io.github.panallama.completion.Usage;
import io.github.panallama.limits.GenerationLimits;
import io.github.panallama.limits.Length;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Completions made by hand.
final class Answers {
    static final AnswerJson.Head HEAD = new AnswerJson.Head("id-1", 1700000000, "smollm2", Duration.ofMillis(95));

    static final CompletionOptions LOGPROBS = CompletionOptions.DEFAULT.withLogprobs(1);

    static final String PROMPT = "Say it: ";

    private Answers() {}

    static Token token(int id, String text, byte[] bytes, float logprob, Candidate... top) {
        return new Token(id, text, Bytes.of(bytes), 0, Optional.of(new Logprobs(logprob, 1, List.of(top))));
    }

    static Token at(int offset, Token token) {
        return new Token(token.id(), token.text(), token.bytes(), offset, token.logprobs());
    }

    static Candidate candidate(int id, String text, float logprob) {
        return new Candidate(id, text, Bytes.of(utf8(text)), logprob);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// An emoji in two tokens, then one without any probability whose text another alternative has too.
    static Completion splitEmoji() {
        var emoji = utf8("😀");
        return completion(
                "😀 a",
                new FinishReason.Stop("\n"),
                token(
                        7,
                        "",
                        new byte[] {emoji[0], emoji[1]},
                        -0.5f,
                        new Candidate(7, "\ufffd", Bytes.of(emoji[0], emoji[1]), -0.5f),
                        candidate(8, "x", -1.2581345f)),
                token(
                        9,
                        "😀",
                        new byte[] {emoji[2], emoji[3]},
                        -1,
                        new Candidate(9, "\ufffd", Bytes.of(emoji[2], emoji[3]), -1)),
                token(
                        5,
                        " a",
                        utf8(" a"),
                        Float.NEGATIVE_INFINITY,
                        candidate(4, " a", -0.25f),
                        candidate(6, "b", -2),
                        candidate(10, "b", -3),
                        candidate(5, " a", Float.NEGATIVE_INFINITY)));
    }

    /// `Say it` as the prompt, `!` as the answer; every token has a value.
    static Completion echoed() {
        var plain = completion("Say it!", new FinishReason.Length());
        return new Completion(
                plain.text(),
                List.of(
                        at(0, token(11, "Say", utf8("Say"), -3, candidate(11, "Say", -3))),
                        at(3, token(12, " it", utf8(" it"), -2, candidate(12, " it", -2)))),
                List.of(at(6, token(13, "!", utf8("!"), -1, candidate(13, "!", -1)))),
                plain.finish(),
                plain.usage(),
                plain.seed(),
                plain.limits(),
                plain.timings());
    }

    static Completion completion(String text, FinishReason finish, Token... tokens) {
        var timings = new Timings(Duration.ofMillis(50), Duration.ofMillis(60), Duration.ofMillis(100), 5, 2);
        int offset = PROMPT.codePointCount(0, PROMPT.length());
        var placed = new ArrayList<Token>();
        for (var token : tokens) {
            placed.add(at(offset, token));
            offset += token.text().codePointCount(0, token.text().length());
        }
        var limits = GenerationLimits.NONE.apply(Length.tokens(256), 5, 512);
        return new Completion(text, List.of(), placed, finish, new Usage(5, tokens.length), 42, limits, timings);
    }
}
