package io.github.panallama.engine;

import io.github.panallama.completion.Token;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds stop texts in a stream of tokens, wherever they begin and end, and holds back what may be the beginning of
/// one.
///
/// Of several stops the one that ends first in the text wins, of those that end together the longest: the result does
/// not
/// depend on how the text was cut into tokens, nor on the order in which the stops were given. Whole tokens are held
/// back.
/// At a match, tokens that begin at or after the cut are dropped, and one that straddles it keeps the text before it.
final class StopScanner {
    private final List<Stop> stops;
    private final Deque<Token> held = new ArrayDeque<>();
    private int length; // of the held tokens' text
    private @Nullable String match;

    /// @param stops the stop texts, none empty
    StopScanner(List<String> stops) {
        this.stops = stops.stream().map(Stop::new).toList();
    }

    /// How much of a stop the text ends with. Knuth, Morris and Pratt's automaton: a character costs the same however
    /// long the stop is and however often it nearly matches.
    private static final class Stop {
        final String text;
        private final int[] shorter; // by matched characters: the next longest beginning that these end with
        int matched;

        Stop(String text) {
            this.text = text;
            shorter = new int[text.length() + 1];
            shorter[0] = -1;
            for (int i = 1; i <= text.length(); i++) {
                shorter[i] = after(shorter[i - 1], text.charAt(i - 1));
            }
        }

        private int after(int beginning, char c) {
            int n = beginning;
            while (n >= 0 && text.charAt(n) != c) {
                n = shorter[n];
            }
            return n + 1;
        }

        boolean feed(char c) {
            matched = after(matched, c);
            return matched == text.length();
        }
    }

    /// {@return the tokens that can be shown now}
    ///
    /// @param token the next one
    List<Token> feed(Token token) {
        if (stops.isEmpty()) {
            return List.of(token);
        }
        held.add(token);
        var added = token.text();
        for (int i = 0; i < added.length(); i++) {
            length++;
            match = longestEnding(added.charAt(i));
            if (match != null) {
                return cut(length - match.length());
            }
        }
        return release(
                length - stops.stream().mapToInt(stop -> stop.matched).max().orElse(0));
    }

    /// {@return the stop that was found, or null}
    @Nullable
    String match() {
        return match;
    }

    /// {@return the tokens still held, when the text has ended without a match}
    List<Token> flush() {
        var rest = List.copyOf(held);
        held.clear();
        length = 0;
        return rest;
    }

    private @Nullable String longestEnding(char c) {
        String longest = null;
        for (var stop : stops) {
            if (stop.feed(c) && (longest == null || stop.text.length() > longest.length())) {
                longest = stop.text;
            }
        }
        return longest;
    }

    /// Takes the tokens that end at or before a place in the text, but not those without text that stand at that very
    /// place: they may be the first bytes of a character that a stop begins with.
    private List<Token> release(int end) {
        var released = new ArrayList<Token>();
        int start = 0;
        while (start < end && start + held.getFirst().text().length() <= end) {
            var token = held.removeFirst();
            start += token.text().length();
            released.add(token);
        }
        length -= start;
        return released;
    }

    private List<Token> cut(int end) {
        var kept = new ArrayList<Token>();
        int start = 0;
        for (var token : held) {
            if (start >= end) {
                break;
            }
            int length = token.text().length();
            kept.add(start + length <= end ? token : token.withText(token.text().substring(0, end - start)));
            start += length;
        }
        held.clear();
        length = 0;
        return kept;
    }
}
