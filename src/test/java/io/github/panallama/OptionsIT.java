package io.github.panallama;

import static io.github.panallama.Failures.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.FinishReason;
import io.github.panallama.completion.Stops;
import io.github.panallama.error.ContextFullException;
import io.github.panallama.fixture.BigramModel;
import io.github.panallama.fixture.Models;
import io.github.panallama.fixture.RandomModel;
import io.github.panallama.fixture.TensorType;
import io.github.panallama.fixture.TestVocabulary;
import io.github.panallama.limits.GenerationLimits;
import io.github.panallama.limits.OnViolation;
import io.github.panallama.limits.Reason;
import io.github.panallama.model.ModelOptions;
import io.github.panallama.sampling.Grammar;
import io.github.panallama.sampling.Sampling;
import io.github.panallama.sampling.Stage;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// What a request may say, one thing at a time: caps, stops by id, several completions, gaps, grammars.
class OptionsIT {
    private static final TestVocabulary VOCABULARY =
            TestVocabulary.standard().plusControls("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>");
    private static final BigramModel MODEL = BigramModel.builder(VOCABULARY)
            .name("options")
            .chain("▁a", "▁the", "s", "é", "日", ".", "</s>")
            .build();
    private static final CompletionOptions GREEDY = CompletionOptions.DEFAULT.withSampling(Sampling.GREEDY);
    private static final Llama LLAMA = Llama.load(
            Models.file(MODEL), ModelOptions.DEFAULT.withContextSize(256).withThreads(1));

    @AfterAll
    static void close() {
        LLAMA.close();
    }

    @Test
    void maxLengthCountsThePromptToo() {
        var completion = LLAMA.complete("a", GREEDY.withMaxLength(5));
        assertEquals(3, completion.usage().completionTokens(), "BOS and one token are the prompt");
        assertEquals(List.of(Reason.MAX_LENGTH), completion.limits().reasons());
        fails(IllegalArgumentException.class, () -> LLAMA.complete("a", GREEDY.withMaxLength(2)), "2");
        fails(IllegalArgumentException.class, () -> GREEDY.withMaxLength(0), "maxLength is 0");
    }

    @Test
    void limitsAreAppliedAndReported() {
        var some = GREEDY.withIgnoreEos(true).withLimits(GenerationLimits.of(10, 50));
        var clamped = LLAMA.complete("a", some.withMaxTokens(200));
        assertEquals(50, clamped.usage().completionTokens());
        assertEquals(OptionalInt.of(200), clamped.limits().requested());
        assertEquals(List.of(Reason.USER, Reason.ADMIN_MAX), clamped.limits().reasons());
        assertEquals(10, LLAMA.complete("a", some.withMaxTokens(3)).usage().completionTokens());
        var room = LLAMA.complete("a", GREEDY.withIgnoreEos(true).withMaxTokens(1000));
        assertEquals(254, room.usage().completionTokens());
        assertEquals(List.of(Reason.USER, Reason.CONTEXT_ROOM), room.limits().reasons());
        assertEquals(
                254,
                LLAMA.complete("a", GREEDY.withIgnoreEos(true).withMaxTokens(-1))
                        .limits()
                        .effective());
        var strict = some.withLimits(GenerationLimits.of(10, 50).withAbove(OnViolation.REJECT));
        fails(
                IllegalArgumentException.class,
                () -> LLAMA.complete("a", strict.withMaxTokens(200)),
                "max_tokens: 200 > 50, the maximum allowed");
    }

    @Test
    void aPromptThatFillsTheContext() {
        int[] full = IntStream.range(0, 256).map(i -> 7).toArray();
        assertEquals(0, LLAMA.complete(full, GREEDY.withMaxTokens(0)).usage().completionTokens());
        fails(ContextFullException.class, () -> LLAMA.complete(full, GREEDY), "256");
        int[] over = IntStream.range(0, 257).map(i -> 7).toArray();
        fails(ContextFullException.class, () -> LLAMA.complete(over, GREEDY.withMaxTokens(0)), "257");
        assertEquals(1, LLAMA.complete("a", GREEDY.withMaxTokens(1)).tokens().size(), "the next one works");
    }

    @Test
    void stopsByTokenId() {
        var stopped = LLAMA.complete("a", GREEDY.withStopTokens(VOCABULARY.id("é")));
        assertEquals(" thes", stopped.text());
        assertEquals(new FinishReason.Stop("é"), stopped.finish());
        assertEquals(3, stopped.usage().completionTokens(), "the token that stopped it was generated");
        var both = LLAMA.complete("a", GREEDY.withStopTokens(VOCABULARY.id("日")).withStop("sé"));
        assertEquals(new FinishReason.Stop("sé"), both.finish());
        var end = LLAMA.complete("a", GREEDY.withStopTokens(TestVocabulary.EOS));
        assertEquals(new FinishReason.Stop("</s>"), end.finish(), "named by the caller");
        fails(IllegalArgumentException.class, () -> LLAMA.complete("a", GREEDY.withStopTokens(99999)), "99999");
        fails(IllegalArgumentException.class, () -> GREEDY.withStopTokens(-1), "-1");
        fails(IllegalArgumentException.class, () -> GREEDY.withStops(Stops.NONE.withTexts(List.of(""))), "empty");
    }

    @Test
    void theModelIsKeptFromEndingItsText() {
        var free = LLAMA.complete("a", GREEDY);
        assertEquals(new FinishReason.EndOfText(), free.finish());
        var kept = LLAMA.complete("a", GREEDY.withIgnoreEos(true).withMaxTokens(40));
        assertEquals(40, kept.usage().completionTokens());
        assertTrue(kept.text().startsWith(free.text()));
        var biased = GREEDY.withSampling(Sampling.GREEDY.withLogitBias(Map.of(VOCABULARY.id("s"), 3f)));
        assertEquals(
                40,
                LLAMA.complete("a", biased.withIgnoreEos(true).withMaxTokens(40))
                        .tokens()
                        .size());
    }

    /// Whatever the chain: its biases are as they were, and what is left after a filter is no end.
    @Test
    void theModelIsKeptFromEndingItsTextInAnyChain() {
        var late = Sampling.of(new Stage.TopK(1), new Stage.Bias(Map.of(VOCABULARY.id("s"), 3f)), new Stage.Greedy());
        var kept = GREEDY.withIgnoreEos(true).withMaxTokens(40);
        var completion = LLAMA.complete("a", kept.withSampling(late));
        assertEquals(LLAMA.complete("a", kept).tokens(), completion.tokens());
        var free = GREEDY.withMaxTokens(1).withLogprobs(2);
        var top = LLAMA.complete("t", free)
                .tokens()
                .getFirst()
                .logprobs()
                .orElseThrow()
                .top();
        float half = (top.get(0).logprob() - top.get(1).logprob()) * 0.7f; // less than the distance, twice is more
        var twice = Sampling.of(
                new Stage.Bias(Map.of(0, 0f)), new Stage.Bias(Map.of(top.get(1).id(), half)), new Stage.Greedy());
        for (boolean ignore : new boolean[] {false, true}) {
            var chosen = LLAMA.complete("t", free.withSampling(twice).withIgnoreEos(ignore));
            assertEquals(top.get(0).id(), chosen.tokens().getFirst().id());
        }
    }

    @Test
    void severalCompletions() {
        var options = CompletionOptions.DEFAULT
                .withSampling(Sampling.NEUTRAL.withSeed(40))
                .withMaxTokens(12);
        var all = LLAMA.completeAll("t", options.withN(4));
        assertEquals(
                List.of(40L, 41L, 42L, 43L), all.stream().map(c -> c.seed()).toList());
        for (var one : all) {
            var again = LLAMA.complete("t", options.withSampling(Sampling.NEUTRAL.withSeed(one.seed())));
            assertEquals(again.tokens(), one.tokens());
        }
        assertTrue(all.stream().map(c -> c.text()).distinct().count() > 1);
        var fresh =
                LLAMA.completeAll("the", options.withSampling(Sampling.NEUTRAL).withN(2));
        assertEquals(fresh.get(0).seed() + 1, fresh.get(1).seed());
        fails(IllegalArgumentException.class, () -> LLAMA.complete("the", options.withN(2)), "completeAll");
        fails(IllegalArgumentException.class, () -> options.withN(0), "n is 0");
        var nothing = LLAMA.completeAll("the", options.withN(2).withMaxTokens(0));
        assertEquals(List.of("", ""), nothing.stream().map(c -> c.text()).toList());
    }

    /// Prefix, suffix, middle, in that order: the same as the tokens written out, on a model that sees them all.
    @Test
    void aGapIsFilled() {
        var model = new RandomModel(VOCABULARY, TensorType.F32, 64, 256, 3);
        try (var llama = Llama.load(model.file(), ModelOptions.DEFAULT.withThreads(1))) {
            var filled = llama.complete("the sand", GREEDY.withSuffix(" and <s> sea"));
            var ids = IntStream.of(TestVocabulary.BOS, VOCABULARY.id("<|fim_prefix|>"));
            ids = IntStream.concat(ids, IntStream.of(llama.tokenize("the sand")));
            ids = IntStream.concat(ids, IntStream.of(VOCABULARY.id("<|fim_suffix|>")));
            ids = IntStream.concat(ids, IntStream.of(llama.tokenize(" and <s> sea")));
            ids = IntStream.concat(ids, IntStream.of(VOCABULARY.id("<|fim_middle|>")));
            var written = llama.complete(ids.toArray(), GREEDY);
            assertEquals(written.text(), filled.text());
            assertEquals(written.usage(), filled.usage());
            fails(
                    IllegalArgumentException.class,
                    () -> llama.complete(new int[] {5}, GREEDY.withSuffix("x")),
                    "suffix");
        }
        try (var plain = Llama.load(Models.file(Models.bigram()))) {
            fails(
                    IllegalArgumentException.class,
                    () -> plain.complete("a", GREEDY.withSuffix("b")),
                    "no fill-in-the-middle tokens");
        }
    }

    @Test
    void grammarsAndSchemas() {
        var literal = GREEDY.withGrammar(Grammar.gbnf("root ::= \"in \" (\"the\" | \"a\") \" sea\""));
        var completion = LLAMA.complete("a", literal.withMaxTokens(500));
        assertTrue(List.of("in the sea", "in a sea").contains(completion.text()), completion.text());
        assertEquals(new FinishReason.EndOfText(), completion.finish(), "the text is complete");
        var schema = Grammar.jsonSchema(
                "{\"type\": \"object\", \"properties\": {\"a\": {\"enum\": [1, 2]}}, \"required\": [\"a\"], \"additionalProperties\": false}");
        var json = LLAMA.complete("a", GREEDY.withGrammar(schema).withMaxTokens(200));
        assertTrue(json.text().replaceAll("\\s", "").matches("\\{\"a\":[12]}"), json.text());
        for (int seed = 0; seed < 5; seed++) {
            var drawn = GREEDY.withGrammar(schema).withSampling(Sampling.NEUTRAL.withSeed(seed));
            assertTrue(LLAMA.complete("a", drawn).text().replaceAll("\\s", "").matches("\\{\"a\":[12]}"));
        }
    }

    @Test
    void constraintsThatCannotBeMet() {
        for (var bad : List.of("root ::= other", "x ::= \"a\"", "root ::= root \"a\"", "root ::= \"a")) {
            var options = GREEDY.withGrammar(Grammar.gbnf(bad));
            var refused = fails(IllegalArgumentException.class, () -> LLAMA.complete("a", options));
            assertFalse(String.valueOf(refused.getMessage()).isBlank());
        }
        for (var bad : List.of("{", "{\"type\": \"nonsense\"}", "{\"$ref\": \"#/definitions/none\"}")) {
            var options = GREEDY.withGrammar(Grammar.jsonSchema(bad));
            fails(IllegalArgumentException.class, () -> LLAMA.complete("a", options));
        }
        assertEquals(" thesé日.", LLAMA.complete("a", GREEDY).text(), "the next one works");
    }

    @Test
    void oneGrammarOnly() {
        var grammar = Grammar.gbnf("root ::= \"a\"");
        var twice = GREEDY.withGrammar(grammar).withSampling(Sampling.GREEDY.plus(new Stage.Constrain(grammar)));
        fails(IllegalArgumentException.class, () -> LLAMA.complete("a", twice), "not both");
    }

    @Test
    void aGrammarThatMayNotEndIsCutOff() {
        var endless = GREEDY.withGrammar(Grammar.gbnf("root ::= \"a\"+"))
                .withIgnoreEos(true)
                .withMaxTokens(20);
        var completion = LLAMA.complete("a", endless);
        assertEquals(20, completion.usage().completionTokens());
        assertInstanceOf(FinishReason.Length.class, completion.finish());
        var stuck = GREEDY.withGrammar(Grammar.gbnf("root ::= \"a\"")).withIgnoreEos(true);
        fails(io.github.panallama.error.LlamaException.class, () -> LLAMA.complete("a", stuck));
        assertEquals(" thesé日.", LLAMA.complete("a", GREEDY).text(), "the next one works");
    }
}
