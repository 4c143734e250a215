package io.github.panallama.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
    @Test
    void halfWay() {
        assertEquals(
                "m.gguf  [============>           ]  50 %  50.0 MB of 100.0 MB  10.0 MB/s  5 s left",
                ProgressBar.render("m.gguf", 50_000_000, OptionalLong.of(100_000_000), 40_000_000, 4));
    }

    @Test
    void atTheEnd() {
        assertEquals(
                "m.gguf  [========================] 100 %  1.0 kB of 1.0 kB",
                ProgressBar.render("m.gguf", 1000, OptionalLong.of(1000), 0, 0));
    }

    @Test
    void withoutAKnownSize() {
        assertEquals("m.gguf  999 B", ProgressBar.render("m.gguf", 999, OptionalLong.empty(), 999, 0));
    }

    @Test
    void noTerminalGetsALineAtTheStartAndOneAtTheEnd() {
        var console = new TestConsole();
        try (var bar = new ProgressBar(console.console(), "smollm2")) {
            bar.update("m.gguf", 1, OptionalLong.of(2));
            bar.update("m.gguf", 2, OptionalLong.of(2));
            bar.done();
        }
        assertTrue(console.err().matches("pulling smollm2\\Rpulled smollm2 in \\d+ ms\\R"), console.err());
    }

    @Test
    void aTerminalGetsABarThatGoesAway() {
        var console = new TestConsole("", new Terminals(false, false, true));
        try (var bar = new ProgressBar(console.console(), "smollm2")) {
            bar.update("m.gguf", 1, OptionalLong.of(2));
        }
        assertTrue(console.err().contains("m.gguf  [===="), console.err());
        assertTrue(console.err().endsWith("\r\u001b[K"), console.err());
        assertEquals("", console.out());
    }
}
