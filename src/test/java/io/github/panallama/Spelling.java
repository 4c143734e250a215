package io.github.panallama;

import io.github.panallama.fixture.TestVocabulary;
import io.github.panallama.sampling.Candidates;
import io.github.panallama.sampling.Sampler;
import java.util.List;

/// Selects given tokens one after another, then the end of the text; it does not see whether they are
/// forbidden.
final class Spelling implements Sampler {
    private final List<Integer> tokens;
    private int step;

    Spelling(List<Integer> tokens) {
        this.tokens = tokens;
    }

    @Override
    public void apply(Candidates candidates) {
        int wanted = step < tokens.size() ? tokens.get(step) : TestVocabulary.EOS;
        step++;
        for (int i = 0; i < candidates.size(); i++) {
            if (candidates.id(i) == wanted) {
                candidates.select(i);
            }
        }
    }
}
