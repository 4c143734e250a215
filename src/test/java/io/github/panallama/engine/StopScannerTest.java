package io.github.panallama.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.completion.Bytes;
import io.github.panallama.completion.Token;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StopScannerTest {
    private record Shown(List<Token> tokens, @Nullable String match) {
        String text() {
            var text = new StringBuilder();
            tokens.forEach(t -> text.append(t.text()));
            return text.toString();
        }
    }

    private static Token token(String text) {
        return new Token(0, text, Bytes.of(text.getBytes(StandardCharsets.UTF_8)), 0, Optional.empty());
    }

    private static Shown scan(List<String> stops, String... texts) {
        var scanner = new StopScanner(stops);
        var shown = new ArrayList<Token>();
        for (var text : texts) {
            shown.addAll(scanner.feed(token(text)));
            if (scanner.match() != null) {
                return new Shown(shown, scanner.match());
            }
        }
        shown.addAll(scanner.flush());
        return new Shown(shown, null);
    }

    @Test
    void insideAToken() {
        var shown = scan(List.of("c"), "E", "lac", "ks");
        assertEquals("Ela", shown.text());
        assertEquals("c", shown.match());
        assertEquals("lac", decoded(shown.tokens().getLast()), "the straddling token keeps its bytes");
    }

    private static String decoded(Token token) {
        return new String(token.bytes().toArray(), StandardCharsets.UTF_8);
    }

    @Test
    void acrossTokens() {
        var shown = scan(List.of("4."), "3. Why?\n", "\n", "4", ". How");
        assertEquals("3. Why?\n\n", shown.text());
        assertEquals("4.", shown.match());
        assertEquals(2, shown.tokens().size(), "tokens at or after the cut are dropped");
    }

    @Test
    void nothingIsTrimmed() {
        assertEquals(
                "A gentle ", scan(List.of("b"), "A", " gentle", " b", "reeze").text());
    }

    @Test
    void caseCounts() {
        assertNull(scan(List.of("STOP"), "no stop here").match());
    }

    @Test
    void whatMayBeAStopIsHeldBackAndFlushed() {
        var scanner = new StopScanner(List.of("END"));
        assertEquals(1, scanner.feed(token("a")).size());
        assertEquals(List.of(), scanner.feed(token("bE")));
        assertEquals(List.of(), scanner.feed(token("N")));
        assertEquals(2, scanner.feed(token("x")).size() - 1, "released whole once it cannot be one: bE, N, x");
        assertEquals(List.of(), scanner.feed(token("E")));
        assertEquals("E", scanner.flush().getFirst().text());
    }

    @Test
    void theOneThatEndsFirstWinsThenTheLongest() {
        assertEquals("b", scan(List.of("abc", "b"), "xabc").match());
        assertEquals("abc", scan(List.of("c", "bc", "abc"), "xabc").match());
        assertEquals("x", scan(List.of("c", "bc", "abc"), "xabc").text());
    }

    @Test
    void incompleteCharactersBeforeTheStopAreDroppedWithIt() {
        var shown = scan(List.of("日"), "ok", "", "", "日");
        assertEquals(1, shown.tokens().size());
        assertEquals("ok", shown.text());
    }

    /// The result depends on the text alone: any cut into tokens and any order of stops gives the same.
    @Test
    void independentOfTheCutAndTheOrder() {
        var random = new Random(5);
        for (int round = 0; round < 2_000; round++) {
            var text = randomText(random, 12);
            var stops = List.of(randomText(random, 3), randomText(random, 4), randomText(random, 2));
            var whole = scan(stops, text);
            var cut = new ArrayList<String>();
            for (int at = 0; at < text.length(); ) {
                int end = Math.min(at + random.nextInt(4), text.length());
                cut.add(text.substring(at, end));
                at = end;
            }
            var pieces = scan(stops.reversed(), cut.toArray(String[]::new));
            assertEquals(whole.text(), pieces.text(), () -> text + " " + stops + " " + cut);
            assertEquals(whole.match(), pieces.match());
            assertTrue(stops.stream().noneMatch(pieces.text()::contains), pieces::text);
        }
    }

    private static String randomText(Random random, int max) {
        var text = new StringBuilder();
        for (int i = random.nextInt(max) + 1; i > 0; i--) {
            text.append("abc".charAt(random.nextInt(3)));
        }
        return text.toString();
    }

    /// Stops that nearly match at every place: each character must cost the same.
    @Test
    void longStopsThatNearlyMatch() {
        int n = 100_000;
        var texts = new String[n / 10];
        Arrays.fill(texts, "aaaaaaaaaa");
        var stops = List.of("b" + "a".repeat(n), "a".repeat(n) + "c", "a".repeat(n) + "ab");
        var shown = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> scan(stops, texts));
        assertEquals("a".repeat(n), shown.text());
        assertNull(shown.match());
        texts[texts.length - 1] = "aaaaaaaaaac";
        assertEquals("", scan(stops, texts).text());
    }
}
