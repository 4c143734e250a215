package io.github.panallama.engine;

import io.github.panallama.ffi.Status;
import io.github.panallama.ffi.gen.panallama_h;
import io.github.panallama.sampling.Stage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The sampler chain of one request.
///
/// Without samplers of the application it is one chain of llama.cpp, called once per token. With them it is
/// split there, and its parts act on the candidates in turn; nothing of Java is ever called from C.
final class SamplerChain implements AutoCloseable {
    private final List<SamplerPart> parts;
    private final @Nullable NativeChain whole;
    private final MemorySegment token = Arena.ofAuto().allocate(ValueLayout.JAVA_INT);
    private final MemorySegment candidates = Arena.ofAuto().allocate(panallama_h.C_POINTER);

    private SamplerChain(List<SamplerPart> parts) {
        this.parts = parts;
        this.whole = parts.size() == 1 && parts.getFirst() instanceof NativeChain chain ? chain : null;
    }

    /// Builds a chain.
    ///
    /// @param stages in order, the last one selects
    /// @param vocabulary whose ids it is for
    /// @param seed of all that is drawn
    /// @param prompt the tokens before the generation
    /// @param contextSize no window needs to be longer
    static SamplerChain of(List<Stage> stages, Vocabulary vocabulary, long seed, int[] prompt, int contextSize) {
        var samplers = new NativeSamplers(vocabulary, seed, contextSize);
        var parts = new ArrayList<SamplerPart>();
        try (var ta = Arena.ofConfined()) {
            for (int from = 0; from < stages.size(); ) {
                if (stages.get(from) instanceof Stage.Custom custom) {
                    parts.add(new CustomStage(custom));
                    from++;
                    continue;
                }
                int start = from;
                int end = endOfRun(stages, from);
                var chain = NativeChain.of(
                        end - start, stages.get(end - 1).selects(), i -> samplers.create(stages.get(start + i), ta));
                parts.add(chain);
                for (int i = start; i < end; i++) {
                    chain.showPrompt(i - start, tail(prompt, promptWindow(stages.get(i))));
                }
                from = end;
            }
            return new SamplerChain(parts);
        } catch (Throwable e) {
            parts.forEach(SamplerPart::close);
            throw e;
        }
    }

    private static int endOfRun(List<Stage> stages, int from) {
        int end = from;
        while (end < stages.size() && !(stages.get(end) instanceof Stage.Custom)) {
            end++;
        }
        return end;
    }

    private static int promptWindow(Stage stage) {
        return switch (stage) {
            case Stage.Repeat repeat when repeat.prompt() -> repeat.lastN();
            case Stage.Dry dry when dry.prompt() -> dry.lastN();
            default -> 0;
        };
    }

    private static int[] tail(int[] tokens, int n) {
        return Arrays.copyOfRange(tokens, Math.max(tokens.length - n, 0), tokens.length);
    }

    /// {@return what is to be asked of a row: the token is chosen with the answer, or has been by samplers of the
    /// application}
    ///
    /// @param top see [RowQuestion]
    RowQuestion question(Context context, int row, int top) {
        return whole != null
                ? new RowQuestion(row, whole, -1, top)
                : new RowQuestion(row, null, sample(context, row), top);
    }

    private int sample(Context context, int row) {
        Status.check(panallama_h.pan_candidates(context.pointer(), row, candidates), "sampling");
        var array = candidates.get(panallama_h.C_POINTER, 0);
        for (var part : parts) {
            part.apply(context, array);
        }
        Status.check(panallama_h.pan_candidates_selected(context.pointer(), token), "sampling");
        int chosen = token.get(ValueLayout.JAVA_INT, 0);
        for (var part : parts) {
            part.accept(chosen);
        }
        return chosen;
    }

    @Override
    public void close() {
        parts.forEach(SamplerPart::close);
    }
}
