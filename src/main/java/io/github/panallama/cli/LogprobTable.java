package io.github.panallama.cli;

import io.github.panallama.completion.Completion;
import io.github.panallama.completion.Logprobs;
import io.github.panallama.completion.Score;
import io.github.panallama.completion.Token;
import io.github.panallama.http.wire.Json;
import io.github.panallama.http.wire.Pieces;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Log-probabilities as a table that a person can read: a line per token.
final class LogprobTable {
    /// What stands before a token that stands out.
    static final String MARK = "!";

    private static final int CELLS = 8; // of a bar
    private static final String EIGHTHS = " ▏▎▍▌▋▊▉";

    private LogprobTable() {}

    /// {@return the tokens of a completion; those of an echoed prompt first, with an empty line after them}
    static String of(Completion completion) {
        var table = table(Stream.concat(completion.prompt().stream(), completion.tokens().stream()), "token");
        completion.prompt().forEach(token -> table.row(cells(token, token.text())));
        if (!completion.prompt().isEmpty() && !completion.tokens().isEmpty()) {
            table.row("");
        }
        var texts = Pieces.of(completion.tokens());
        for (int i = 0; i < texts.size(); i++) {
            table.row(cells(completion.tokens().get(i), texts.get(i)));
        }
        return table.toString();
    }

    /// {@return the tokens of a scored text, the least likely tenth marked}
    static String of(Score score) {
        var unlikely = unlikely(score.tokens());
        var table = table(score.tokens().stream(), "", "token");
        for (var token : score.tokens()) {
            var cells = new ArrayList<String>();
            cells.add(unlikely.contains(token) ? MARK : "");
            cells.addAll(List.of(cells(token, token.text())));
            table.row(cells.toArray(String[]::new));
        }
        return table.toString();
    }

    /// {@return the tenth of the tokens with the lowest log-probability, rounded up; those without one do not count}
    static Set<Token> unlikely(List<Token> tokens) {
        var scored =
                tokens.stream().filter(token -> token.logprobs().isPresent()).toList();
        return scored.stream()
                .sorted(Comparator.comparingDouble(Token::logprob))
                .limit((scored.size() + 9) / 10)
                .collect(Collectors.toCollection(() -> Collections.newSetFromMap(new IdentityHashMap<>())));
    }

    private static Table table(Stream<Token> tokens, String... first) {
        boolean alternatives = tokens.flatMap(token -> token.logprobs().stream())
                .anyMatch(logprobs -> logprobs.top().size() > 1);
        var headings = new ArrayList<>(List.of(first));
        headings.addAll(List.of("id", "probability", "", "logprob", "rank", alternatives ? "alternatives" : ""));
        int id = first.length;
        return Table.of(headings.toArray(String[]::new)).right(id, id + 2, id + 3, id + 4);
    }

    /// A token that completes no character shows its bytes.
    private static String shown(Token token, String text) {
        return text.isEmpty() && token.bytes().size() > 0 ? "<" + token.bytes() + ">" : Escapes.quoted(text);
    }

    private static String[] cells(Token token, String text) {
        var id = Integer.toString(token.id());
        return token.logprobs()
                .map(logprobs -> new String[] {
                    shown(token, text),
                    id,
                    bar(Math.exp(logprobs.chosen())),
                    percent(logprobs.chosen()),
                    "%.4f".formatted(Json.logprob(logprobs.chosen())),
                    Integer.toString(logprobs.rank()),
                    alternatives(logprobs, token.id())
                })
                .orElse(new String[] {shown(token, text), id});
    }

    private static String alternatives(Logprobs logprobs, int chosen) {
        return logprobs.top().stream()
                .filter(c -> c.id() != chosen)
                .map(c -> Escapes.quoted(c.text()) + " " + percent(c.logprob()))
                .collect(Collectors.joining("  "));
    }

    /// {@return a probability as a bar of block characters, in steps of 1/64}
    static String bar(double probability) {
        int eighths = (int) Math.round(Math.clamp(probability, 0, 1) * CELLS * 8);
        var rest = eighths % 8 == 0 ? "" : EIGHTHS.substring(eighths % 8, eighths % 8 + 1);
        return "█".repeat(eighths / 8) + rest;
    }

    private static String percent(float logprob) {
        return "%.1f%%".formatted(100 * Math.exp(logprob));
    }
}
