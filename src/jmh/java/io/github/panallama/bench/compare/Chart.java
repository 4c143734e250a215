package io.github.panallama.bench.compare;

import tools.jackson.databind.JsonNode;

/// Lines over numbers that double, as an SVG that is readable on light and dark pages.
final class Chart {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 300;
    private static final int LEFT = 70;
    private static final int RIGHT = 140;
    private static final int TOP = 40;
    private static final int BOTTOM = 30;
    private static final int LINES = 4;
    private static final String STYLE =
            """
            <style>
              text { font: 13px system-ui, sans-serif; fill: #424a53 } .faint { stroke: #d0d7de }
              .s0 { stroke: #0969da; fill: #0969da } .s1 { stroke: #bc4c00; fill: #bc4c00 }
              polyline { stroke-width: 2; fill: none !important }
              @media (prefers-color-scheme: dark) {
                text { fill: #b1bac4 } .faint { stroke: #3d444d }
                .s0 { stroke: #4493f8; fill: #4493f8 } .s1 { stroke: #f0883e; fill: #f0883e }
              }
            </style>
            """;

    private final StringBuilder svg;
    private final int top;
    private final double firstX;
    private final double lastX;
    private final double most;

    private Chart(StringBuilder svg, JsonNode chart, int top) {
        this.svg = svg;
        this.top = top;
        double first = Double.MAX_VALUE;
        double last = 1;
        double high = 1;
        for (var series : chart.get("series")) {
            for (var point : series.get("points")) {
                first = Math.min(first, point.get("x").asDouble());
                last = Math.max(last, point.get("x").asDouble());
                high = Math.max(high, point.get("y").asDouble());
            }
        }
        firstX = first;
        lastX = last;
        double unit = Math.pow(10, Math.floor(Math.log10(high)));
        most = Math.ceil(high / unit * 2) / 2 * unit;
    }

    /// {@return a picture of charts, one below the other}
    ///
    /// @param charts objects with a title and series of points, x growing by doubling
    static String svg(JsonNode charts) {
        var svg = new StringBuilder();
        int height = HEIGHT * charts.size();
        svg.append("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' width='%d' role='img'>%n"
                .formatted(WIDTH, height, WIDTH));
        svg.append(STYLE);
        for (int i = 0; i < charts.size(); i++) {
            new Chart(svg, charts.get(i), HEIGHT * i).draw(charts.get(i));
        }
        return svg.append("</svg>\n").toString();
    }

    private double x(double value) {
        return LEFT + Math.log(value / firstX) / Math.log(lastX / firstX) * (WIDTH - LEFT - RIGHT);
    }

    private double y(double value) {
        return top + HEIGHT - BOTTOM - value / most * (HEIGHT - TOP - BOTTOM);
    }

    private void draw(JsonNode chart) {
        svg.append("<text x='%d' y='%d'>%s</text>%n"
                .formatted(LEFT, top + 20, chart.get("title").asString()));
        for (int i = 0; i <= LINES; i++) {
            double value = most * i / LINES;
            svg.append("<line class='faint' x1='%d' x2='%d' y1='%.1f' y2='%.1f'/>%n"
                    .formatted(LEFT, WIDTH - RIGHT, y(value), y(value)));
            svg.append(
                    "<text x='%d' y='%.1f' text-anchor='end'>%,.0f</text>%n".formatted(LEFT - 8, y(value) + 4, value));
        }
        int number = 0;
        for (var series : chart.get("series")) {
            line(series, number++);
        }
    }

    private void line(JsonNode series, int number) {
        var points = new StringBuilder();
        double x = 0;
        double y = 0;
        for (var point : series.get("points")) {
            x = x(point.get("x").asDouble());
            y = y(point.get("y").asDouble());
            points.append("%.1f,%.1f ".formatted(x, y));
            svg.append("<circle class='s%d' cx='%.1f' cy='%.1f' r='3'/>%n".formatted(number, x, y));
            if (number == 0) {
                svg.append("<text x='%.1f' y='%d' text-anchor='middle'>%d</text>%n"
                        .formatted(x, top + HEIGHT - 10, point.get("x").asInt()));
            }
        }
        svg.append("<polyline class='s%d' points='%s'/>%n"
                .formatted(number, points.toString().strip()));
        svg.append("<text x='%.1f' y='%.1f'>%s</text>%n"
                .formatted(x + 10, y + 4, series.get("name").asString()));
    }
}
