package io.github.panallama.engine;

import io.github.panallama.ffi.gen.llama_token_data;
import io.github.panallama.ffi.gen.llama_token_data_array;
import io.github.panallama.sampling.Candidates;
import io.github.panallama.sampling.Stage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// The candidates as one call of an application's sampler sees them.
///
/// A view per call, in an arena of its own: one that is kept is dead for ever after, and on other threads
/// from the start.
final class CandidateView implements Candidates, AutoCloseable {
    private static final int NONE = -1;

    private final Stage.Custom stage;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment array;
    private final MemorySegment entries;
    private int size;
    private int selected = NONE;

    /// @param array the llama_token_data_array, whose samplers may have moved `data` since the last call
    /// @param stage whom messages name
    @SuppressWarnings("restricted") // ties C memory that outlives the call to the call
    CandidateView(MemorySegment array, Stage.Custom stage) {
        this.stage = stage;
        this.array = array.reinterpret(llama_token_data_array.sizeof(), arena, null);
        this.size = Math.toIntExact(llama_token_data_array.size(this.array));
        this.entries =
                llama_token_data_array.data(this.array).reinterpret(size * llama_token_data.sizeof(), arena, null);
    }

    private MemorySegment entry(int index) {
        checkOpen();
        Objects.checkIndex(index, size);
        return llama_token_data.asSlice(entries, index);
    }

    private void checkOpen() {
        if (!arena.scope().isAlive()) {
            throw new IllegalStateException(
                    "the candidates of sampler %s are valid during the call of apply only: copy what is needed later"
                            .formatted(stage.name()));
        }
    }

    @Override
    public int size() {
        checkOpen();
        return size;
    }

    @Override
    public int id(int index) {
        return llama_token_data.id(entry(index));
    }

    @Override
    public float logit(int index) {
        return llama_token_data.logit(entry(index));
    }

    @Override
    public void setLogit(int index, float logit) {
        if (Float.isNaN(logit) || logit == Float.POSITIVE_INFINITY) {
            throw new IllegalArgumentException(
                    "a logit of %s: give a number, or negative infinity to forbid the token".formatted(logit));
        }
        llama_token_data.logit(entry(index), logit);
        llama_token_data_array.sorted(array, false);
    }

    @Override
    public void keepIf(Filter filter) {
        checkOpen();
        int kept = 0;
        int nowSelected = NONE;
        for (int i = 0; i < size; i++) {
            var entry = llama_token_data.asSlice(entries, i);
            if (filter.keep(llama_token_data.id(entry), llama_token_data.logit(entry))) {
                if (i == selected) {
                    nowSelected = kept;
                }
                if (i != kept) {
                    llama_token_data.asSlice(entries, kept).copyFrom(entry);
                }
                kept++;
            }
        }
        size = kept;
        selected = nowSelected;
        llama_token_data_array.size(array, size);
    }

    @Override
    public void select(int index) {
        checkOpen();
        selected = Objects.checkIndex(index, size);
        if (!stage.selects()) {
            throw new IllegalStateException(
                    "sampler %s selects, but was not given as one that does: new Stage.Custom(name, sampler, true), last in its chain"
                            .formatted(stage.name()));
        }
    }

    /// Checks what the sampler has done, and says which candidate it has selected.
    void check() {
        boolean possible = false;
        for (int i = 0; i < size && !possible; i++) {
            possible = logit(i) != Float.NEGATIVE_INFINITY;
        }
        if (!possible) {
            throw new IllegalStateException(
                    "sampler %s has left no candidate: it must keep one that is not forbidden".formatted(stage.name()));
        }
        if (stage.selects()) {
            if (selected == NONE || logit(selected) == Float.NEGATIVE_INFINITY) {
                throw new IllegalStateException(
                        "sampler %s has selected %s: it must call select with a candidate that is not forbidden"
                                .formatted(
                                        stage.name(),
                                        selected == NONE ? "no token" : "token %d".formatted(id(selected))));
            }
            llama_token_data_array.selected(array, selected);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
