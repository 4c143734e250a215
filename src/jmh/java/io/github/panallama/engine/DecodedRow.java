package io.github.panallama.engine;

import io.github.panallama.fixture.RandomModel;
import io.github.panallama.fixture.TensorType;
import io.github.panallama.fixture.TestVocabulary;
import io.github.panallama.model.ModelOptions;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// A row of logits that llama.cpp has just computed. Its model is as small as can be, its vocabulary as large as those
/// of models in use, its logits random with a standard deviation of 2: flatter than a trained model's.
@State(Scope.Benchmark)
public class DecodedRow {
    static final int CONTEXT_SIZE = 256;

    /// Those of Llama 2, SmolLM2, Qwen 2 and Gemma 3.
    @Param({"32000", "49152", "151936", "262144"})
    int vocabularySize;

    Model model;
    Vocabulary vocabulary;
    Context context;
    int index;

    @Setup(Level.Trial)
    public void decode() {
        Backend.start();
        var options = ModelOptions.DEFAULT.withThreads(1);
        model = Model.load(
                new RandomModel(tokens(vocabularySize), TensorType.Q8_0, 32, CONTEXT_SIZE, 1).file(), options);
        vocabulary = new Vocabulary(model);
        context = Context.create(model, CONTEXT_SIZE, options);
        context.begin();
        index = context.add(TestVocabulary.BOS, 0, 0, true);
        if (!context.decode()) {
            throw new IllegalStateException("nobody stops it");
        }
    }

    private static TestVocabulary tokens(int size) {
        var some = TestVocabulary.standard();
        return some.plusPieces(
                IntStream.range(some.size(), size).mapToObj("▁w%d"::formatted).toArray(String[]::new));
    }

    @TearDown(Level.Trial)
    public void close() {
        context.close();
        model.close();
    }
}
