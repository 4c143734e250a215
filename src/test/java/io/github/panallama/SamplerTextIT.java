package io.github.panallama;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.fixture.BigramModel;
import io.github.panallama.fixture.Models;
import io.github.panallama.fixture.TestVocabulary;
import io.github.panallama.sampling.Sampling;
import io.github.panallama.sampling.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// Stages that look at texts: the prompt, breakers, what tokens print.
class SamplerTextIT {
    private static final TestVocabulary VOCABULARY = TestVocabulary.standard();
    private static final BigramModel MODEL =
            BigramModel.builder(VOCABULARY).name("vectors").build();
    private static final Llama LLAMA = Llama.load(Models.file(MODEL));

    @AfterAll
    static void close() {
        LLAMA.close();
    }

    /// What some stages add to the logits of the first token after a prompt, by token, where it is not
    /// nothing.
    private static Map<Integer, Float> added(String prompt, Stage... stages) {
        var probe = new Probe();
        var chain = new ArrayList<>(List.of(stages));
        chain.add(probe.stage());
        chain.add(new Stage.Greedy());
        var options = CompletionOptions.DEFAULT.withMaxTokens(1).withSampling(Sampling.of(chain.toArray(Stage[]::new)));
        int last = LLAMA.tokenize(prompt)[LLAMA.tokenize(prompt).length - 1];
        assertEquals(1, LLAMA.complete(prompt, options).tokens().size());
        var changed = new TreeMap<Integer, Float>();
        probe.seen.getFirst().forEach((id, logit) -> {
            float difference = logit - MODEL.logit(last, id);
            if (Math.abs(difference) > 1e-4) {
                changed.put(id, Math.round(1000 * difference) / 1000f);
            }
        });
        return changed;
    }

    private static Stage dry(int lastN, boolean prompt, String... breakers) {
        return new Stage.Dry(3, 2, 1, lastN, List.of(breakers), prompt);
    }

    /// "bc" comes again, so "d" would continue a repetition of two tokens: one more than allowed, 3 * 2.
    @Test
    void dryLooksIntoThePrompt() {
        int d = VOCABULARY.id("d");
        assertEquals(Map.of(d, -6f), added("xbcdybc", dry(Integer.MAX_VALUE, true)));
        assertEquals(Map.of(), added("xbcdybc", dry(Integer.MAX_VALUE, false)));
        assertEquals(Map.of(d, -6f), added("xbcdybc", dry(6, true)));
        assertEquals(Map.of(), added("xbcdybc", dry(3, true)));
        assertEquals(Map.of(d, -3f), added("xbcdybc", dry(64, true, "b")), "what counts begins after the breaker");
        assertEquals(Map.of(), added("xbcdybc", dry(64, true, "c")));
        assertEquals(Map.of(d, -6f), added("xbcdybc", dry(64, true, "q", "日", "🙂")));
    }

    /// Behind an own sampler, where the chain is split.
    @Test
    void windowsBehindAnOwnSamplerSeeThePromptToo() {
        var idle = new Stage.Custom("idle", () -> _ -> {});
        var stages = new Stage[] {new Stage.TopNSigma(0), new Stage.Repeat(2, 2, true), dry(64, true)};
        var expected = added("xbcdybc", stages);
        assertEquals(Set.of(VOCABULARY.id("b"), VOCABULARY.id("c"), VOCABULARY.id("d")), expected.keySet());
        assertEquals(expected, added("xbcdybc", idle, stages[0], stages[1], stages[2]));
        assertEquals(expected, added("xbcdybc", stages[0], idle, stages[1], idle, idle, stages[2]));
    }

    /// llama.cpp's infill: "on" is joined to "o", which begins alike and is likelier; "x" is too unlikely.
    @Test
    void infillJoinsWhatBeginsAlike() {
        int o = VOCABULARY.id("o");
        int on = VOCABULARY.id("on");
        int x = VOCABULARY.id("x");
        int end = TestVocabulary.EOS;
        assertEquals(Set.of(o, end), infilled(Map.of(o, 0.5, on, 0.3999, x, 0.1, end, 0.0001)));
        assertEquals(Set.of(on, end), infilled(Map.of(o, 0.3, on, 0.5999, x, 0.1, end, 0.0001)));
        assertEquals(Set.of(end), infilled(Map.of(o, 0.5, on, 0.3, end, 0.2)), "an end that is likely enough");
    }

    private static Set<Integer> infilled(Map<Integer, Double> probabilities) {
        var probe = new Probe();
        var feed = new Stage.Custom("feed", () -> candidates -> {
            candidates.keepIf((id, _) -> probabilities.containsKey(id));
            for (int i = 0; i < candidates.size(); i++) {
                candidates.setLogit(i, (float) Math.log(probabilities.getOrDefault(candidates.id(i), 0.0)));
            }
        });
        var sampling = Sampling.of(feed, new Stage.Infill(), probe.stage(), new Stage.Greedy());
        var options = CompletionOptions.DEFAULT.withMaxTokens(1).withSampling(sampling);
        assertEquals(2, LLAMA.complete("t", options).usage().promptTokens());
        return probe.seen.getFirst().keySet();
    }
}
