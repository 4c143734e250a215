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

    /// The application's code runs on one thread only, the engine's, from the first token on.
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
        } catch (Error e) { // such as an assertion: its request fails, and the caller is told whose fault it is
            throw new IllegalStateException("sampler %s failed: %s".formatted(stage.name(), e), e);
        }
    }

    @Override
    public void accept(int chosen) {
        sampler().accept(chosen);
    }

    @Override
    public void close() {}
}
