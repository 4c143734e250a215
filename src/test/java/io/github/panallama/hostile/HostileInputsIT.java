package io.github.panallama.hostile;

import static io.github.panallama.hostile.Outcomes.BRIEF;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.panallama.Llama;
import io.github.panallama.completion.ScoreOptions;
import io.github.panallama.fixture.Models;
import io.github.panallama.fixture.TestVocabulary;
import io.github.panallama.sampling.Sampling;
import io.github.panallama.sampling.Stage;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Token ids, biases, stops and texts that no well-meaning caller gives: each is answered, or refused with the reason.
class HostileInputsIT {
    private static final Llama LLAMA = Llama.load(Models.file(Models.bigram()), Outcomes.SMALL);
    private static final int SIZE = TestVocabulary.standard().size();

    @AfterAll
    static void itStillAnswers() {
        assertEquals(4, LLAMA.complete("t", BRIEF.withIgnoreEos(true)).tokens().size());
        LLAMA.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"ids", "biases", "numbers", "stops", "texts"})
    void isRefusedOrAnswered(HostileInput input) {
        input.check(LLAMA);
    }

    static Stream<HostileInput> ids() {
        return Stream.of(-1, Integer.MIN_VALUE, SIZE, SIZE + 1, 1 << 20, Integer.MAX_VALUE)
                .flatMap(id -> Stream.of(
                        new HostileInput("complete token " + id, llama -> llama.complete(new int[] {1, id}, BRIEF)),
                        new HostileInput(
                                "echo token " + id, llama -> llama.complete(new int[] {id}, BRIEF.withEcho(true))),
                        new HostileInput("detokenize " + id, llama -> llama.detokenize(id)),
                        new HostileInput("evaluate token " + id, llama -> llama.evaluate(1, id)
                                .close()),
                        new HostileInput("stop at token " + id, llama -> llama.complete("t", BRIEF.withStopTokens(id))),
                        new HostileInput("bias token " + id, llama -> biased(llama, Map.of(id, 1f))),
                        new HostileInput(
                                "forbid token " + id, llama -> biased(llama, Map.of(id, Float.NEGATIVE_INFINITY))),
                        new HostileInput("the logit of token " + id, llama -> {
                            try (var rows = llama.evaluate("t")) {
                                Outcomes.answers(() -> assertEquals(rows.logit(0, id), rows.logit(0, id)));
                                Outcomes.answers(() -> assertEquals(rows.logprob(0, id), rows.logprob(0, id)));
                                assertThrows(IndexOutOfBoundsException.class, () -> rows.logit(id, 0));
                            }
                        })));
    }

    static Stream<HostileInput> biases() {
        return Stream.of(
                        Float.NaN,
                        Float.POSITIVE_INFINITY,
                        Float.NEGATIVE_INFINITY,
                        Float.MAX_VALUE,
                        -Float.MAX_VALUE,
                        100f,
                        -100f)
                .flatMap(bias -> Stream.of(
                        new HostileInput("all biases " + bias, llama -> biased(llama, all(bias))),
                        new HostileInput(
                                "all biases " + bias + ", greedy",
                                llama -> llama.complete(
                                        "t", BRIEF.withSampling(Sampling.GREEDY.withLogitBias(all(bias))))),
                        new HostileInput(
                                "all biases " + bias + ", mirostat",
                                llama -> llama.complete(
                                        "t",
                                        BRIEF.withSampling(
                                                Sampling.of(new Stage.Bias(all(bias)), new Stage.Mirostat(5, 0.1f))))),
                        new HostileInput(
                                "all biases " + bias + ", after the others",
                                llama -> llama.complete(
                                        "t",
                                        BRIEF.withLogprobs(5)
                                                .withSampling(Sampling.of(
                                                        new Stage.TopK(1),
                                                        new Stage.Bias(all(bias)),
                                                        new Stage.Draw()))))));
    }

    private static Map<Integer, Float> all(float bias) {
        var biases = new HashMap<Integer, Float>();
        IntStream.range(0, SIZE).forEach(id -> biases.put(id, bias));
        return biases;
    }

    private static void biased(Llama llama, Map<Integer, Float> biases) {
        llama.complete("t", BRIEF.withSampling(Sampling.DEFAULT.withLogitBias(biases)));
    }

    static Stream<HostileInput> numbers() {
        return Stream.of(-1, 0, SIZE + 1, 100_000_000, Integer.MAX_VALUE)
                .flatMap(n -> Stream.of(
                        new HostileInput(n + " logprobs", llama -> llama.complete("t", BRIEF.withLogprobs(n))),
                        new HostileInput(
                                n + " logprobs of an echo",
                                llama -> llama.complete(
                                        "t", BRIEF.withLogprobs(n).withEcho(true))),
                        new HostileInput(
                                "score with " + n + " alternatives",
                                llama -> llama.score("a t", ScoreOptions.DEFAULT.withTop(n))),
                        new HostileInput(
                                "score with a stride of " + n,
                                llama -> llama.score("a t".repeat(200), ScoreOptions.DEFAULT.withStride(n))),
                        new HostileInput(n + " tokens", llama -> llama.complete("t", BRIEF.withMaxTokens(n))),
                        new HostileInput(
                                n + " tokens at most together", llama -> llama.complete("t", BRIEF.withMaxLength(n))),
                        new HostileInput(
                                n + " completions",
                                llama -> llama.completeAll(
                                        "t", BRIEF.withMaxTokens(1).withN(n))),
                        new HostileInput(
                                "top k of " + n,
                                llama -> llama.complete("t", BRIEF.withSampling(Sampling.DEFAULT.withTopK(n)))),
                        new HostileInput(
                                "a repeat window of " + n,
                                llama -> llama.complete(
                                        "t",
                                        BRIEF.withSampling(
                                                Sampling.of(new Stage.Repeat(1.5f, n, true), new Stage.Greedy())))),
                        new HostileInput(
                                "DRY over " + n,
                                llama -> llama.complete(
                                        "t",
                                        BRIEF.withSampling(Sampling.of(
                                                new Stage.Dry(1e30f, 1e30f, n, n, List.of("a"), true),
                                                new Stage.Greedy())))),
                        new HostileInput(
                                "a seed of " + n,
                                llama -> llama.complete("t", BRIEF.withSampling(Sampling.DEFAULT.withSeed(n))))));
    }

    static Stream<HostileInput> stops() {
        return Stream.of(
                stop(
                        "1,000 stops",
                        IntStream.range(0, 1000).mapToObj(i -> "stop" + i).toList()),
                stop(
                        "100,000 stops",
                        IntStream.range(0, 100_000).mapToObj(i -> "stop" + i).toList()),
                stop("the same stop 1,000 times", Collections.nCopies(1000, "t")),
                stop("a stop of 1 MB", List.of("t".repeat(1 << 20))),
                stop("a stop of 1 MB of spaces", List.of(" ".repeat(1 << 20))),
                stop("a stop of U+0000", List.of("\0")),
                stop("a stop of half a character", List.of("\ud800")),
                stop("an empty stop", List.of("")),
                stop("a stop of a control token", List.of("<s>", "</s>", "<unk>")),
                stop("a stop that is a regular expression", List.of("(.*)*$")),
                stop("a stop of a mark without a character before", List.of("\u0301")));
    }

    private static HostileInput stop(String name, List<String> stops) {
        return new HostileInput(name, llama -> llama.complete("t", BRIEF.withStop(stops)));
    }

    static Stream<HostileInput> texts() {
        return HostileTexts.all().entrySet().stream().flatMap(text -> {
            var it = text.getValue();
            return Stream.of(
                    new HostileInput("tokenize " + text.getKey(), llama -> llama.detokenize(llama.tokenize(it))),
                    new HostileInput("complete " + text.getKey(), llama -> llama.complete(it, BRIEF)),
                    new HostileInput(
                            "complete without control tokens " + text.getKey(),
                            llama -> llama.complete(
                                    it, BRIEF.withParseSpecial(false).withEcho(true))),
                    new HostileInput(
                            "fill the gap before " + text.getKey(), llama -> llama.complete("a", BRIEF.withSuffix(it))),
                    new HostileInput("score " + text.getKey(), llama -> llama.score(head(it))),
                    new HostileInput("choose " + text.getKey(), llama -> llama.choose("a", List.of(head(it), " b"))));
        });
    }

    /// Windows of a text of 1 MB would take minutes.
    private static String head(String text) {
        return text.substring(0, Math.min(text.length(), 1000));
    }
}
