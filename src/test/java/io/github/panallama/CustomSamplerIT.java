package io.github.panallama;

import static io.github.panallama.Failures.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.Token;
import io.github.panallama.fixture.BigramModel;
import io.github.panallama.fixture.Models;
import io.github.panallama.fixture.TestVocabulary;
import io.github.panallama.model.ModelOptions;
import io.github.panallama.sampling.Candidates;
import io.github.panallama.sampling.Sampler;
import io.github.panallama.sampling.Sampling;
import io.github.panallama.sampling.Stage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Samplers that the application writes, on a model whose logits the test knows.
class CustomSamplerIT {
    private static final BigramModel MODEL = BigramModel.builder(TestVocabulary.standard())
            .name("no-end")
            .never("</s>")
            .build();
    private static final int START = MODEL.vocabulary().id("▁t");
    private static final Llama LLAMA = Llama.load(
            Models.file(MODEL), ModelOptions.DEFAULT.withContextSize(256).withParallel(2));

    @AfterAll
    static void close() {
        LLAMA.close();
    }

    private static List<Integer> ids(Sampling sampling, int n) {
        var options = CompletionOptions.DEFAULT.withMaxTokens(n).withSampling(sampling);
        return LLAMA.complete("t", options).tokens().stream().map(Token::id).toList();
    }

    private static Stage custom(Consumer<Candidates> sampler) {
        return new Stage.Custom("mine", () -> sampler::accept);
    }

    private static Stage selecting(Consumer<Candidates> sampler) {
        return new Stage.Custom("mine", () -> sampler::accept, true);
    }

    /// Splitting a chain anywhere changes nothing.
    @Test
    void oneThatDoesNothingChangesNothing() {
        var idle = custom(_ -> {});
        for (var base : List.of(
                Sampling.DEFAULT
                        .plus(Stage.Dry.of(1), new Stage.Xtc(0.5f, 0.05f))
                        .withSeed(5),
                Sampling.NEUTRAL.plus(new Stage.MirostatV2(4, 0.2f)).withSeed(5),
                Sampling.GREEDY)) {
            var expected = ids(base, 24);
            for (int place = 0; place < base.chain().size(); place++) {
                var stages = new ArrayList<>(base.chain());
                stages.add(place, idle);
                assertEquals(expected, ids(base.plus().withStages(stages), 24), stages::toString);
            }
        }
    }

    @Test
    void atTheFrontItSeesTheModelsOwnLogitsInTheOrderOfIds() {
        var probe = new Probe();
        var tokens = ids(Sampling.DEFAULT.withSeed(1).plus(probe.stage()), 3);
        assertEquals(3, probe.seen.size());
        assertEquals(tokens, probe.accepted, "it learns what was chosen, and no prompt");
        var first = probe.seen.getFirst();
        assertEquals(IntStream.range(0, MODEL.vocabulary().size()).boxed().toList(), List.copyOf(first.keySet()));
        first.forEach((id, logit) -> assertEquals(MODEL.logit(START, id), logit, 1e-5f));
    }

    @Test
    void whatItForbidsOrRemovesNeverComes() {
        int best = MODEL.greedy(START);
        for (var sampling : List.of(Sampling.GREEDY, Sampling.NEUTRAL.withSeed(2))) {
            var removing = sampling.plus(custom(c -> c.keepIf((id, _) -> id != best)));
            var forbidding = sampling.plus(custom(c -> c.setLogit(best, Float.NEGATIVE_INFINITY)));
            assertTrue(!ids(removing, 40).contains(best) && !ids(forbidding, 40).contains(best));
        }
    }

    @Test
    void whatItChangesMidwayCounts() {
        int third = MODEL.vocabulary().id("x");
        var lift = custom(c -> {
            for (int i = 0; i < c.size(); i++) {
                c.setLogit(i, c.id(i) == third ? 50 : c.logit(i));
            }
        });
        var all = MODEL.vocabulary().size();
        assertEquals(
                List.of(third),
                ids(Sampling.of(new Stage.TopK(all), lift, new Stage.TopK(1), new Stage.Draw()), 1),
                "after a sort the next filter sorts anew");
        assertEquals(
                List.of(MODEL.greedy(START)),
                ids(Sampling.of(new Stage.TopK(1), lift, new Stage.Draw()), 1),
                "what was filtered out before is gone");
    }

    @Test
    void itCanSelect() {
        int x = MODEL.vocabulary().id("x");
        assertEquals(Collections.nCopies(5, x), ids(Sampling.of(selecting(c -> c.select(x))), 5));
        var afterFilter = Sampling.of(new Stage.TopK(2), selecting(c -> {
            assertEquals(2, c.size());
            c.select(c.logit(0) < c.logit(1) ? 0 : 1);
        }));
        int best = MODEL.greedy(START);
        assertTrue(!ids(afterFilter, 1).contains(best), "the second best");
        var moved = Sampling.of(selecting(c -> {
            c.select(x);
            c.keepIf((id, _) -> id >= x - 1);
        }));
        assertEquals(List.of(x), ids(moved, 1), "a choice follows its candidate");
    }

    @Test
    void eachRequestHasItsOwn() {
        var made = Collections.synchronizedList(new ArrayList<Sampler>());
        var stage = new Stage.Custom("counting", () -> {
            var probe = new Probe();
            made.add(probe);
            return probe;
        });
        var sampling = Sampling.GREEDY.plus(stage);
        assertEquals(ids(sampling, 3), ids(sampling, 3));
        assertEquals(2, made.size());
        assertNotSame(made.get(0), made.get(1));
    }

    @Test
    void whatItThrowsReachesTheCallerAsItIs() {
        var mine = new UnsupportedOperationException("mine");
        for (var sampler : List.<Sampler>of(
                _ -> {
                    throw mine;
                },
                candidates -> candidates.keepIf((_, _) -> {
                    throw mine;
                }),
                new Sampler() {
                    @Override
                    public void apply(Candidates candidates) {}

                    @Override
                    public void accept(int token) {
                        throw mine;
                    }
                })) {
            var stage = new Stage.Custom("throwing", () -> sampler);
            var thrown = fails(UnsupportedOperationException.class, () -> ids(Sampling.DEFAULT.plus(stage), 3), "mine");
            assertSame(mine, thrown);
        }
        var supplier = new Stage.Custom("broken", () -> {
            throw mine;
        });
        assertSame(mine, fails(UnsupportedOperationException.class, () -> ids(Sampling.GREEDY.plus(supplier), 3)));
        assertEquals(MODEL.greedy(START, 5), ids(Sampling.GREEDY, 5), "and nothing is broken");
    }

    @Test
    void anAssertionInItNamesIt() {
        var failing = Sampling.GREEDY.plus(custom(_ -> {
            throw new AssertionError("wrong");
        }));
        var thrown = fails(IllegalStateException.class, () -> ids(failing, 3), "mine", "wrong");
        assertInstanceOf(AssertionError.class, thrown.getCause());
    }

    @Test
    void itCannotUseItsOwnModel() {
        for (var use : List.<Consumer<Candidates>>of(
                _ -> LLAMA.complete("t"), _ -> LLAMA.score("t"), _ -> LLAMA.evaluate("t"), _ -> LLAMA.close())) {
            fails(IllegalStateException.class, () -> ids(Sampling.GREEDY.plus(custom(use)), 3), "must not use");
        }
        assertEquals(MODEL.greedy(START, 5), ids(Sampling.GREEDY, 5), "and it works on");
    }

    @Test
    void itEndsItsOwnRequestOnly() {
        var options = CompletionOptions.DEFAULT.withMaxTokens(40).withSampling(Sampling.GREEDY);
        try (var other = LLAMA.generate("t", options)) {
            var tokens = other.iterator();
            assertTrue(tokens.hasNext());
            fails(
                    IllegalStateException.class,
                    () -> ids(Sampling.GREEDY.plus(custom(c -> c.keepIf((_, _) -> false))), 3));
            assertEquals(40, other.result().tokens().size());
        }
    }

    /// The thread that computes all tokens would wait for one.
    @Test
    @Timeout(60)
    void itCannotWaitForAnotherGeneration() {
        var options = CompletionOptions.DEFAULT.withMaxTokens(200).withSampling(Sampling.GREEDY);
        try (var other = LLAMA.generate("t", options)) {
            for (var use : List.<Consumer<Candidates>>of(
                    _ -> other.result(), _ -> other.forEach(_ -> {}), _ -> other.iterator()
                            .next())) {
                fails(
                        IllegalStateException.class,
                        () -> ids(Sampling.GREEDY.plus(custom(use)), 3),
                        "a sampler must not use the Llama");
            }
            assertEquals(200, other.result().tokens().size());
        }
    }

    @Test
    void leavingNothingIsRefused() {
        for (var sampler : List.<Consumer<Candidates>>of(c -> c.keepIf((_, _) -> false), c -> {
            for (int i = 0; i < c.size(); i++) {
                c.setLogit(i, Float.NEGATIVE_INFINITY);
            }
        })) {
            fails(IllegalStateException.class, () -> ids(Sampling.DEFAULT.plus(custom(sampler)), 1), "mine", "keep");
        }
    }

    @Test
    void selectionsAreChecked() {
        fails(IllegalStateException.class, () -> ids(Sampling.of(selecting(_ -> {})), 1), "mine", "select");
        fails(IllegalStateException.class, () -> ids(Sampling.NEUTRAL.plus(custom(c -> c.select(0))), 1), "true");
        fails(
                IllegalStateException.class,
                () -> ids(
                        Sampling.of(selecting(c -> {
                            c.setLogit(3, Float.NEGATIVE_INFINITY);
                            c.select(3);
                        })),
                        1),
                "token 3",
                "forbidden");
        fails(
                IllegalStateException.class,
                () -> ids(
                        Sampling.of(selecting(c -> {
                            c.select(3);
                            c.keepIf((id, _) -> id != 3);
                        })),
                        1),
                "no token");
    }

    @Test
    void argumentsAreChecked() {
        int size = MODEL.vocabulary().size();
        var bad = List.<Consumer<Candidates>>of(
                c -> c.id(-1), c -> c.logit(size), c -> c.setLogit(size, 0), c -> c.select(Integer.MIN_VALUE));
        for (var sampler : bad) {
            fails(IndexOutOfBoundsException.class, () -> ids(Sampling.of(selecting(sampler)), 1));
        }
        for (var logit : List.of(Float.NaN, Float.POSITIVE_INFINITY)) {
            fails(
                    IllegalArgumentException.class,
                    () -> ids(Sampling.GREEDY.plus(custom(c -> c.setLogit(0, logit))), 1));
        }
    }

    @Test
    void aViewIsDeadAfterItsCall() {
        var kept = new ArrayList<Candidates>();
        var first = custom(kept::add);
        assertEquals(3, ids(Sampling.DEFAULT.plus(first), 3).size());
        var view = kept.getFirst();
        for (var use : List.<Consumer<Candidates>>of(
                Candidates::size,
                c -> c.id(0),
                c -> c.logit(0),
                c -> c.setLogit(0, 0),
                c -> c.keepIf((_, _) -> true),
                c -> c.select(0))) {
            fails(IllegalStateException.class, () -> use.accept(view), "mine", "apply");
        }
    }
}
