package io.github.panallama;

import static io.github.panallama.Failures.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.panallama.completion.Candidate;
import io.github.panallama.completion.ScoreOptions;
import io.github.panallama.error.ContextFullException;
import io.github.panallama.fixture.BigramModel;
import io.github.panallama.fixture.Models;
import io.github.panallama.fixture.TestVocabulary;
import io.github.panallama.model.ModelOptions;
import org.junit.jupiter.api.Test;

/// Raw logits, against the designed table.
class EvaluateIT {
    private static final BigramModel MODEL =
            BigramModel.builder(TestVocabulary.standard()).name("evaluate").build();
    private static final ModelOptions OPTIONS =
            ModelOptions.DEFAULT.withContextSize(512).withThreads(1);
    private static final String TEXT = "the sand and the sea ".repeat(20);

    @Test
    void theLastPositionAlways() {
        try (var llama = Llama.load(Models.file(MODEL), OPTIONS);
                var evaluation = llama.evaluate("the sand")) {
            int last = evaluation.positions() - 1;
            int[] tokens = evaluation.tokens();
            assertEquals(TestVocabulary.BOS, tokens[0]);
            for (int id = 0; id < evaluation.vocabularySize(); id++) {
                assertEquals(MODEL.logit(tokens[last], id), evaluation.logit(last, id), 1e-5);
            }
            fails(IllegalStateException.class, () -> evaluation.logit(last - 1, 0), "withLogitsAll(true)");
            fails(IndexOutOfBoundsException.class, () -> evaluation.logit(last + 1, 0));
            fails(IllegalArgumentException.class, () -> evaluation.logit(last, -1), "-1");
            fails(IllegalArgumentException.class, () -> evaluation.top(last, -1), "-1");
            fails(IllegalArgumentException.class, () -> evaluation.copyRow(last, new float[3]), "3");
        }
    }

    @Test
    void everyPosition() {
        try (var llama = Llama.load(Models.file(MODEL), OPTIONS.withLogitsAll(true));
                var evaluation = llama.evaluate(TEXT)) {
            int[] tokens = evaluation.tokens();
            var scored = llama.score(TEXT, ScoreOptions.DEFAULT.withTop(4)).tokens();
            var row = new float[evaluation.vocabularySize()];
            for (int i = 0; i < evaluation.positions(); i++) {
                var expected = MODEL.logProbabilities(tokens[i]);
                evaluation.copyRow(i, row);
                for (int id = 0; id < row.length; id += 7) {
                    assertEquals(MODEL.logit(tokens[i], id), row[id], 1e-5);
                }
                assertEquals(expected[5], evaluation.logprob(i, 5), 1e-5);
                if (i + 1 < tokens.length) {
                    assertEquals(scored.get(i).logprob(), evaluation.logprob(i, tokens[i + 1]), 1e-5);
                    assertEquals(
                            scored.get(i).logprobs().orElseThrow().top().subList(0, 4).stream()
                                    .map(Candidate::id)
                                    .toList(),
                            evaluation.top(i, 4).stream().map(Candidate::id).toList());
                }
            }
            assertEquals(row.length, evaluation.top(0, 1_000_000).size());
        }
    }

    @Test
    void tokensAndLimits() {
        try (var llama = Llama.load(Models.file(MODEL), OPTIONS)) {
            int the = MODEL.vocabulary().id("▁the");
            try (var evaluation = llama.evaluate(the)) {
                assertEquals(1, evaluation.positions());
                assertEquals(MODEL.logit(the, 7), evaluation.logit(0, 7), 1e-5);
            }
            fails(ContextFullException.class, () -> llama.evaluate(TEXT.repeat(10)), "512");
            var evaluation = llama.evaluate(the);
            evaluation.close();
            evaluation.close();
            fails(IllegalStateException.class, () -> evaluation.logit(0, 7), "Evaluation is closed");
        }
    }

    @Test
    void itOutlivesItsModel() {
        var llama = Llama.load(Models.file(MODEL), OPTIONS);
        try (var evaluation = llama.evaluate(5)) {
            llama.close();
            assertEquals(MODEL.logit(5, 7), evaluation.logit(0, 7), 1e-5);
            fails(IllegalStateException.class, () -> evaluation.top(0, 1), "closed");
        }
    }
}
