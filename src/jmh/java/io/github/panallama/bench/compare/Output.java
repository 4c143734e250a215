package io.github.panallama.bench.compare;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// One of a program's outputs: its lines, and when each was complete.
final class Output {
    /// @param millis since the program's start
    record Line(String text, double millis) {}

    private final List<Line> lines = new ArrayList<>();
    private final Thread reader;
    private double firstByte = Double.NaN;

    private Output(InputStream stream, long start) {
        reader = Thread.ofPlatform().daemon().start(() -> read(stream, start));
    }

    /// Begins to read.
    ///
    /// @param start when the program was started, as of [System#nanoTime]
    static Output of(InputStream stream, long start) {
        return new Output(stream, start);
    }

    private void read(InputStream stream, long start) {
        var line = new ByteArrayOutputStream();
        var buffer = new byte[1 << 16];
        try (stream) {
            for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
                double millis = (System.nanoTime() - start) / 1e6;
                add(line, buffer, n, millis);
            }
        } catch (IOException e) { // it was ended
            line.writeBytes("[unreadable]".getBytes(StandardCharsets.UTF_8));
        }
        if (line.size() > 0) {
            end(line, (System.nanoTime() - start) / 1e6);
        }
    }

    private void add(ByteArrayOutputStream line, byte[] buffer, int count, double millis) {
        synchronized (lines) {
            firstByte = Double.isNaN(firstByte) ? millis : firstByte;
        }
        for (int i = 0; i < count; i++) {
            if (buffer[i] == '\n') {
                end(line, millis);
            } else {
                line.write(buffer[i]);
            }
        }
    }

    private void end(ByteArrayOutputStream line, double millis) {
        synchronized (lines) {
            lines.add(new Line(line.toString(StandardCharsets.UTF_8), millis));
        }
        line.reset();
    }

    /// Waits for its end.
    void join() throws InterruptedException {
        reader.join();
    }

    /// {@return what it has said so far}
    List<String> lines() {
        synchronized (lines) {
            return lines.stream().map(Line::text).toList();
        }
    }

    String text() {
        return String.join("\n", lines());
    }

    /// {@return when its first byte came, in milliseconds since the program's start; NaN if none has}
    double firstByte() {
        synchronized (lines) {
            return firstByte;
        }
    }

    /// {@return the first line with a text in it}
    Line find(String part) throws IOException {
        synchronized (lines) {
            return lines.stream()
                    .filter(line -> line.text.contains(part))
                    .findFirst()
                    .orElseThrow(() -> new IOException("the program did not say \"" + part + "\""));
        }
    }
}
