package io.github.panallama.cli;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
        var widths = new ArrayList<Integer>();
        for (var row : rows) {
            for (int i = 0; i < row.size(); i++) {
                if (i == widths.size()) {
                    widths.add(0);
                }
                widths.set(i, Math.max(widths.get(i), width(row.get(i))));
            }
        }
        var text = new StringBuilder();
        for (var row : rows) {
            var line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                var padding = " ".repeat(widths.get(i) - width(row.get(i)));
                line.append(i == 0 ? "" : GAP);
                line.append(right.contains(i) ? padding + row.get(i) : row.get(i) + padding);
            }
            text.append(text.isEmpty() ? "" : "\n").append(line.toString().stripTrailing());
        }
        return text.toString();
    }

    /// In columns of a terminal: two for CJK and emoji, none for combining marks.
    private static int width(String cell) {
        return cell.codePoints().map(c -> Math.max(WCWidth.wcwidth(c), 0)).sum();
    }
}
