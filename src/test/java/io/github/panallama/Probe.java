package io.github.panallama;

import io.github.panallama.sampling.Candidates;
import io.github.panallama.sampling.Sampler;
import io.github.panallama.sampling.Stage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Stands in a chain and notes what it sees, at each token.
final class Probe implements Sampler {
    final List<Map<Integer, Float>> seen = new ArrayList<>();
    final List<Integer> accepted = new ArrayList<>();

    @Override
    public void apply(Candidates candidates) {
        var logits = new LinkedHashMap<Integer, Float>();
        for (int i = 0; i < candidates.size(); i++) {
            logits.put(candidates.id(i), candidates.logit(i));
        }
        seen.add(logits);
    }

    @Override
    public void accept(int token) {
        accepted.add(token);
    }

    Stage stage() {
        return new Stage.Custom("probe", () -> this);
    }

    /// The probabilities that the logits seen last stand for, by id, in the order seen.
    Map<Integer, Double> probabilities() {
        var logits = seen.getLast();
        double max = logits.values().stream().mapToDouble(x -> x).max().orElseThrow();
        double sum =
                logits.values().stream().mapToDouble(x -> Math.exp(x - max)).sum();
        var probabilities = new LinkedHashMap<Integer, Double>();
        logits.forEach((id, x) -> probabilities.put(id, Math.exp(x - max) / sum));
        return probabilities;
    }
}
