package io.github.panallama.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A record as a picture: for each figure a dot at the median of the ratios, a line from the least to the most, and
/// where both sides are alike a line from top to bottom.
final class Plot {
    private static final int WIDTH = 900;
    private static final int LEFT = 380;
    private static final int RIGHT = 90;
    private static final int TOP = 44;
    private static final int ROW = 24;
    private static final double[] STEPS = {0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5};
    private static final String STYLE =
            """
            <style>
              text { font: 13px system-ui, sans-serif; fill: #424a53 }
              .faint { stroke: #d0d7de } .one { stroke: #424a53; stroke-dasharray: 4 3 }
              .range { stroke: #0969da; stroke-width: 3; stroke-linecap: round; opacity: .45 } .dot { fill: #0969da }
              @media (prefers-color-scheme: dark) {
                text { fill: #b1bac4 } .faint { stroke: #3d444d } .one { stroke: #b1bac4 }
                .range { stroke: #4493f8 } .dot { fill: #4493f8 }
              }
            </style>
            """;

    private final List<JsonNode> rows = new ArrayList<>();
    private final double least;
    private final double most;

    private Plot(JsonNode record) {
        record.get("results").forEach(rows::add);
        double low = rows.stream()
                .mapToDouble(row -> row.get("ratio_min").asDouble())
                .min()
                .orElse(1);
        double high = rows.stream()
                .mapToDouble(row -> row.get("ratio_max").asDouble())
                .max()
                .orElse(1);
        least = Math.min(low, 0.95) - 0.02;
        most = Math.max(high, 1.05) + 0.02;
    }

    /// Draws a record.
    ///
    /// @param file the record
    /// @param out the picture, an SVG
    static void draw(Path file, Path out) throws IOException {
        Files.writeString(out, new Plot(JsonMapper.shared().readTree(Files.readString(file))).svg());
    }

    private double x(double ratio) {
        return LEFT + (ratio - least) / (most - least) * (WIDTH - LEFT - RIGHT);
    }

    /// {@return the distance of the grid's lines: a round one, of which there are few}
    private double step() {
        return Arrays.stream(STEPS)
                .filter(step -> (most - least) / step <= 8)
                .findFirst()
                .orElse(10);
    }

    private String svg() {
        int height = TOP + ROW * rows.size() + 12;
        var svg = new StringBuilder();
        svg.append("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' width='%d' role='img'>%n"
                .formatted(WIDTH, height, WIDTH));
        svg.append("<title>panallama beside llama.cpp</title>\n").append(STYLE);
        svg.append("<text x='%d' y='16'>← llama.cpp ahead</text>%n".formatted(LEFT));
        svg.append("<text x='%d' y='16' text-anchor='end'>panallama ahead →</text>%n".formatted(WIDTH - RIGHT));
        double step = step();
        for (double ratio = Math.ceil(least / step) * step; ratio <= most; ratio += step) {
            svg.append("<line class='faint' x1='%.1f' x2='%.1f' y1='%d' y2='%d'/>%n"
                    .formatted(x(ratio), x(ratio), TOP - 6, height - 8));
            svg.append("<text x='%.1f' y='%d' text-anchor='middle'>%.2f</text>%n".formatted(x(ratio), TOP - 12, ratio));
        }
        svg.append(
                "<line class='one' x1='%.1f' x2='%.1f' y1='%d' y2='%d'/>%n".formatted(x(1), x(1), TOP - 6, height - 8));
        for (int i = 0; i < rows.size(); i++) {
            row(svg, rows.get(i), TOP + ROW * i + ROW / 2);
        }
        return svg.append("</svg>\n").toString();
    }

    private void row(StringBuilder svg, JsonNode row, int y) {
        double ratio = row.get("ratio").asDouble();
        int threads = row.get("threads").asInt();
        svg.append("<text x='%d' y='%d' text-anchor='end'>%s, %d %s</text>%n"
                .formatted(
                        LEFT - 12, y + 4, row.get("title").asString(), threads, threads == 1 ? "thread" : "threads"));
        svg.append("<line class='range' x1='%.1f' x2='%.1f' y1='%d' y2='%d'/>%n"
                .formatted(
                        x(row.get("ratio_min").asDouble()),
                        x(row.get("ratio_max").asDouble()),
                        y,
                        y));
        svg.append("<circle class='dot' cx='%.1f' cy='%d' r='5'/>%n".formatted(x(ratio), y));
        svg.append("<text x='%d' y='%d'>%.3f</text>%n".formatted(WIDTH - RIGHT + 14, y + 4, ratio));
    }
}
