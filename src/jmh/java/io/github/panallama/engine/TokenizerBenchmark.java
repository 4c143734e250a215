package io.github.panallama.engine;

import io.github.panallama.bench.ShortRun;
import io.github.panallama.bench.Texts;
import io.github.panallama.fixture.Models;
import io.github.panallama.model.ModelOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// Text to tokens and back. The generated model's tokens are mostly single letters; `-p model=model.gguf` measures with
/// a real vocabulary.
@State(Scope.Benchmark)
public class TokenizerBenchmark extends ShortRun {
    @Param({"1024", "102400"})
    int bytes;

    @Param("generated")
    String model;

    private final MemorySegment scratch = Vocabulary.scratch(Arena.ofAuto());
    private Model loaded;
    private Vocabulary vocabulary;
    private String text;
    private int[] tokens;

    @Setup
    public void load() {
        Backend.start();
        loaded = Model.load(
                model.equals("generated") ? Models.file(Models.bigram()) : Path.of(model), ModelOptions.DEFAULT);
        vocabulary = new Vocabulary(loaded);
        text = Texts.english(bytes);
        tokens = vocabulary.tokenize(text, false, true);
    }

    @Benchmark
    public int[] tokenize() {
        return vocabulary.tokenize(text, false, true);
    }

    @Benchmark
    public String detokenize() {
        return vocabulary.detokenize(tokens);
    }

    /// As for each generated token; the length of the text makes no difference.
    @Benchmark
    public byte[] piece() {
        return vocabulary.piece(tokens[0], false, scratch);
    }

    @TearDown
    public void close() {
        loaded.close();
    }
}
