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
    private final List<String> stops;
    private final Deque<Token> held = new ArrayDeque<>();
    private final StringBuilder text = new StringBuilder(); // of the held tokens
    private @Nullable String match;

    /// @param stops the stop texts, none empty
    StopScanner(List<String> stops) {
        this.stops = stops;
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
            text.append(added.charAt(i));
            match = longestEnding();
            if (match != null) {
                return cut(text.length() - match.length());
            }
        }
        return release(text.length() - longestBeginning());
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
        text.setLength(0);
        return rest;
    }

    private @Nullable String longestEnding() {
        String longest = null;
        for (var stop : stops) {
            if ((longest == null || stop.length() > longest.length()) && endsWith(stop, stop.length())) {
                longest = stop;
            }
        }
        return longest;
    }

    /// The length of the longest end of the text that a stop begins with.
    private int longestBeginning() {
        int longest = 0;
        for (var stop : stops) {
            for (int n = Math.min(stop.length() - 1, text.length()); n > longest; n--) {
                if (endsWith(stop, n)) {
                    longest = n;
                }
            }
        }
        return longest;
    }

    /// Whether the text ends with the first n characters of a stop.
    private boolean endsWith(String stop, int n) {
        int start = text.length() - n;
        if (start < 0) {
            return false;
        }
        for (int i = n - 1; i >= 0; i--) {
            if (text.charAt(start + i) != stop.charAt(i)) {
                return false;
            }
        }
        return true;
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
        text.delete(0, start);
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
        text.setLength(0);
        return kept;
    }
}
