package io.github.panallama.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.completion.Bytes;
import io.github.panallama.completion.Token;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;
import org.jspecify.annotations.Nullable;

/// [Utf8Stream] and [StopScanner] together, as a slot uses them, against the answer read off the whole byte string.
class StreamedTextTest {
    private static final String SEED = "5";
    private static final int TRIES = 500;

    /// What a model generates, and what is asked of it.
    record Output(List<byte[]> pieces, List<String> stops) {
        byte[] bytes() {
            return concat(pieces);
        }

        @Override
        public String toString() {
            return pieces.stream().map(HexFormat.of()::formatHex).toList() + " stops " + stops;
        }
    }

    /// What was shown of it.
    private record Shown(List<Token> tokens, @Nullable String match) {
        String text() {
            var text = new StringBuilder();
            tokens.forEach(token -> text.append(token.text()));
            return text.toString();
        }
    }

    // ---- under test ----

    private static Shown show(Output output, List<String> stops) {
        var decoder = new Utf8Stream();
        var scanner = new StopScanner(stops);
        var shown = new ArrayList<Token>();
        for (int i = 0; i < output.pieces.size() && scanner.match() == null; i++) {
            var piece = output.pieces.get(i);
            shown.addAll(scanner.feed(new Token(i, decoder.feed(piece), Bytes.of(piece), 0, Optional.empty())));
        }
        shown.addAll(scanner.flush());
        return new Shown(shown, scanner.match());
    }

    // ---- the model ----

    /// The characters whose bytes are all there; what cannot be one is left out.
    private static String decode(byte[] bytes) {
        var text = new StringBuilder();
        for (int at = 0; at < bytes.length; ) {
            int length = sequenceLength(bytes, at);
            text.append(new String(bytes, at, length, StandardCharsets.UTF_8));
            at += Math.max(length, 1);
        }
        return text.toString();
    }

    /// Length of the well-formed sequence that begins here (table 3-7 of the Unicode standard), 0 if there is none.
    private static int sequenceLength(byte[] bytes, int at) {
        int first = bytes[at] & 0xFF;
        int length = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
        if (length == 0 || at + length > bytes.length) {
            return 0;
        }
        for (int i = 1; i < length; i++) {
            int next = bytes[at + i] & 0xFF;
            int min = i > 1 ? 0x80 : first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
            int max = i > 1 ? 0xBF : first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
            if (next < min || next > max) {
                return 0;
            }
        }
        return length;
    }

    /// The stop that ends first, of those that end together the longest; and where it begins.
    private record Cut(int at, @Nullable String match) {
        static Cut of(String text, List<String> stops) {
            for (int end = 1; end <= text.length(); end++) {
                var cut = new Cut(end, null);
                for (var stop : stops) {
                    if (text.substring(0, end).endsWith(stop) && end - stop.length() < cut.at) {
                        cut = new Cut(end - stop.length(), stop);
                    }
                }
                if (cut.match != null) {
                    return cut;
                }
            }
            return new Cut(text.length(), null);
        }
    }

    /// Where in the text each token begins, and where the last one ends.
    private static List<Integer> places(Output output) {
        return IntStream.rangeClosed(0, output.pieces.size())
                .mapToObj(n -> decode(concat(output.pieces.subList(0, n))).length())
                .toList();
    }

    // ---- properties ----

    @Property(seed = SEED, tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    @StatisticsReport(StatisticsReport.StatisticsReportMode.OFF)
    void theTextUpToTheFirstStopIsShownHoweverItIsCut(@ForAll("outputs") Output output) {
        var text = decode(output.bytes());
        var cut = Cut.of(text, output.stops);
        Statistics.label("stops").collect(cut.match != null);
        Statistics.label("stops").coverage(found -> found.check(true).percentage(p -> p > 30 && p < 70));
        for (var stops : List.of(output.stops, output.stops.reversed())) {
            var shown = show(output, stops);
            assertEquals(text.substring(0, cut.at), shown.text());
            assertEquals(cut.match, shown.match);
            for (var token : shown.tokens) {
                assertTrue(StandardCharsets.UTF_16.newEncoder().canEncode(token.text()), "half a character");
                assertFalse(token.text().contains("\uFFFD"), "broken bytes are left out, not replaced");
            }
        }
    }

    @Property(seed = SEED, tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void tokensThatBeginBeforeTheCutAreShownWithAllTheirBytes(@ForAll("outputs") Output output) {
        var cut = Cut.of(decode(output.bytes()), output.stops);
        var places = places(output);
        var expected = IntStream.range(0, output.pieces.size())
                .filter(i -> cut.match == null || places.get(i) < cut.at)
                .boxed()
                .toList();
        var tokens = show(output, output.stops).tokens;
        assertEquals(expected, tokens.stream().map(Token::id).toList());
        for (var token : tokens) {
            assertEquals(Bytes.of(output.pieces.get(token.id())), token.bytes());
        }
    }

    @Property(seed = SEED, tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void onlyWhatMayBeginAStopIsHeldBack(@ForAll("outputs") Output output) {
        var text = decode(output.bytes());
        var places = places(output);
        var decoder = new Utf8Stream();
        var scanner = new StopScanner(output.stops);
        int shown = 0;
        for (int i = 0; i < output.pieces.size(); i++) {
            var piece = output.pieces.get(i);
            shown += scanner.feed(new Token(i, decoder.feed(piece), Bytes.of(piece), 0, Optional.empty()))
                    .size();
            if (scanner.match() != null) {
                return;
            }
            int free = free(text.substring(0, places.get(i + 1)), output.stops);
            long expected = IntStream.rangeClosed(0, i)
                    .takeWhile(n -> output.stops.isEmpty() || (places.get(n) < free && places.get(n + 1) <= free))
                    .count();
            assertEquals(expected, shown);
        }
    }

    /// Where the longest end of a text begins that a stop begins with.
    private static int free(String text, List<String> stops) {
        return IntStream.range(0, text.length())
                .filter(at -> stops.stream().anyMatch(stop -> stop.startsWith(text.substring(at))))
                .findFirst()
                .orElse(text.length());
    }

    // ---- what is generated ----

    @Provide
    Arbitrary<Output> outputs() {
        var bytes = Arbitraries.frequencyOf(
                        Tuple.of(20, character()), Tuple.of(2, anyCharacter()), Tuple.of(3, broken()))
                .list()
                .ofMaxSize(24)
                .withSizeDistribution(RandomDistribution.uniform())
                .map(StreamedTextTest::concat);
        var sizes = Arbitraries.integers()
                .between(0, 3)
                .withDistribution(RandomDistribution.uniform())
                .list()
                .ofMaxSize(60)
                .withSizeDistribution(RandomDistribution.uniform());
        var stop = characters().list().ofMinSize(1).ofMaxSize(3).map(parts -> String.join("", parts));
        return Combinators.combine(
                        bytes, sizes, stop.list().ofMaxSize(4).withSizeDistribution(RandomDistribution.uniform()))
                .as((all, cuts, stops) -> new Output(cut(all, cuts), stops));
    }

    /// Few, so that stops are found, overlap and begin in vain: of one to four bytes, with shared first bytes,
    /// combining marks and joined emoji.
    private static Arbitrary<String> characters() {
        return Arbitraries.of("a", "e\u0301", "日", "旦", "😀", "👩\u200D🚀");
    }

    private static Arbitrary<byte[]> character() {
        return characters().map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    private static Arbitrary<byte[]> anyCharacter() {
        return Arbitraries.integers()
                .between(0, Character.MAX_CODE_POINT)
                .filter(point ->
                        (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE) && point != 0xFFFD)
                .map(point -> Character.toString(point).getBytes(StandardCharsets.UTF_8));
    }

    /// Stray, missing and late continuation bytes, overlong forms, surrogates, numbers beyond Unicode, and anything.
    private static Arbitrary<byte[]> broken() {
        var known = Arbitraries.of(
                        "80",
                        "FF",
                        "C0AF",
                        "E697",
                        "E6976197",
                        "F09F98",
                        "E080AF",
                        "EDA080",
                        "EDB080",
                        "F0808080",
                        "F4908080")
                .map(HexFormat.of()::parseHex);
        return Arbitraries.oneOf(
                known, Arbitraries.bytes().array(byte[].class).ofMinSize(1).ofMaxSize(4));
    }

    private static byte[] concat(List<byte[]> parts) {
        var all = new ByteArrayOutputStream();
        parts.forEach(all::writeBytes);
        return all.toByteArray();
    }

    private static List<byte[]> cut(byte[] bytes, List<Integer> sizes) {
        var pieces = new ArrayList<byte[]>();
        int at = 0;
        for (int size : sizes) {
            int end = Math.min(at + size, bytes.length);
            pieces.add(Arrays.copyOfRange(bytes, at, end));
            at = end;
        }
        pieces.add(Arrays.copyOfRange(bytes, at, bytes.length));
        return pieces;
    }
}
