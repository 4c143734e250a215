package io.github.panallama.engine;

import io.github.panallama.bench.ShortRun;
import io.github.panallama.bench.Texts;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/// What it costs to make text of each token's bytes.
@State(Scope.Benchmark)
public class Utf8StreamBenchmark extends ShortRun {
    private static final int TOKENS = 1024;
    private static final int TOKEN_BYTES = 4;

    private final List<byte[]> ascii = pieces(Texts.english(TOKENS * TOKEN_BYTES));
    private final List<byte[]> cut = pieces(Texts.mixed(TOKENS * TOKEN_BYTES));

    private static List<byte[]> pieces(String text) {
        return Texts.pieces(text, TOKEN_BYTES).subList(0, TOKENS);
    }

    @Benchmark
    @OperationsPerInvocation(TOKENS)
    public void ascii(Blackhole text) {
        decode(ascii, text);
    }

    /// Characters of up to four bytes, most of them cut somewhere.
    @Benchmark
    @OperationsPerInvocation(TOKENS)
    public void cutCharacters(Blackhole text) {
        decode(cut, text);
    }

    private static void decode(List<byte[]> pieces, Blackhole text) {
        var stream = new Utf8Stream();
        for (var piece : pieces) {
            text.consume(stream.feed(piece));
        }
    }
}
