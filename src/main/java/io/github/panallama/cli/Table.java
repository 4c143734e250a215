package io.github.panallama.cli;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jline.utils.WCWidth;

/// Rows of text under headings, in columns as wide as they need to be.
final class Table {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();
    private final Set<Integer> right = new HashSet<>();

    private Table() {}

    static Table of(String... headings) {
        var table = new Table();
        table.rows.add(List.of(headings));
        return table;
    }

    /// A table without headings.
    static Table plain() {
        return new Table();
    }

    /// Aligns columns of numbers.
    Table right(Integer... columns) {
        right.addAll(List.of(columns));
        return this;
    }

    Table row(String... cells) {
        rows.add(List.of(cells));
        return this;
    }

    /// {@return the lines, without an end of line after the last}
    @Override
    public String toString() {
        var widths = widths();
        return rows.stream()
                .map(row -> String.join(GAP, padded(row, widths)).stripTrailing())
                .collect(Collectors.joining("\n"));
    }

    /// {@return the same in Markdown, which reads well as it is, too}
    String markdown() {
        var widths = widths();
        var lines = new ArrayList<String>();
        for (var row : rows) {
            lines.add("| " + String.join(" | ", padded(row, widths)) + " |");
        }
        var rule = new StringBuilder("|");
        for (int i = 0; i < widths.size(); i++) {
            rule.append("-".repeat(widths.get(i) + 1)).append(right.contains(i) ? ":|" : "-|");
        }
        lines.add(1, rule.toString());
        return String.join("\n", lines);
    }

    private List<Integer> widths() {
        var widths = new ArrayList<Integer>();
        for (var row : rows) {
            for (int i = 0; i < row.size(); i++) {
                if (i == widths.size()) {
                    widths.add(0);
                }
                widths.set(i, Math.max(widths.get(i), width(row.get(i))));
            }
        }
        return widths;
    }

    private List<String> padded(List<String> row, List<Integer> widths) {
        var cells = new ArrayList<String>();
        for (int i = 0; i < row.size(); i++) {
            var padding = " ".repeat(widths.get(i) - width(row.get(i)));
            cells.add(right.contains(i) ? padding + row.get(i) : row.get(i) + padding);
        }
        return cells;
    }

    /// In columns of a terminal: two for CJK and emoji, none for combining marks.
    private static int width(String cell) {
        return cell.codePoints().map(c -> Math.max(WCWidth.wcwidth(c), 0)).sum();
    }
}
