package io.github.panallama.engine;

import io.github.panallama.bench.ShortRun;
import io.github.panallama.bench.Texts;
import io.github.panallama.completion.Bytes;
import io.github.panallama.completion.Token;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/// What stop texts add to each token of a text in which none occurs and each begins in vain at every paragraph.
@State(Scope.Benchmark)
public class StopScannerBenchmark extends ShortRun {
    private static final int TOKENS = 1024;
    private static final int TOKEN_BYTES = 4;

    @Param({"0", "4", "32"})
    int stops;

    private List<String> texts;
    private List<Token> tokens;

    @Setup
    public void cut() {
        texts = IntStream.range(0, stops).mapToObj("\n\nPerson %d:"::formatted).toList();
        tokens = Texts.pieces(Texts.english(TOKENS * TOKEN_BYTES), TOKEN_BYTES).stream()
                .map(piece -> new Token(
                        0, new String(piece, StandardCharsets.US_ASCII), Bytes.of(piece), 0, Optional.empty()))
                .toList();
    }

    @Benchmark
    @OperationsPerInvocation(TOKENS)
    public void scan(Blackhole shown) {
        var scanner = new StopScanner(texts);
        for (var token : tokens) {
            shown.consume(scanner.feed(token));
        }
        shown.consume(scanner.flush());
    }
}
