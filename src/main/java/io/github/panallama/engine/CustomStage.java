package io.github.panallama.engine;

import io.github.panallama.sampling.Sampler;
import io.github.panallama.sampling.Stage;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The application's own sampler in one request.
final class CustomStage implements SamplerPart {
    private final Stage.Custom stage;
    private @Nullable Sampler sampler;

    CustomStage(Stage.Custom stage) {
        this.stage = stage;
    }

    /// The application's code first runs here, when a token is due: a request is let in under a lock, which
    /// it must not hold up.
    private Sampler sampler() {
        if (sampler == null) {
            sampler = Objects.requireNonNull(
                    stage.sampler().get(), () -> "sampler %s: its supplier gave null".formatted(stage.name()));
        }
        return sampler;
    }

    @Override
    public void apply(Context context, MemorySegment candidates) {
        try (var view = new CandidateView(candidates, stage)) {
            sampler().apply(view);
            view.check();
        }
    }

    @Override
    public void accept(int chosen) {
        sampler().accept(chosen);
    }

    @Override
    public void close() {}
}
