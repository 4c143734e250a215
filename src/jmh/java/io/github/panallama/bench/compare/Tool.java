package io.github.panallama.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Runs a program to its end: what it said and when, and the most memory it held.
final class Tool {
    private static final long POLL_MILLIS = 10;
    private static final long LIMIT_NANOS = TimeUnit.MINUTES.toNanos(60);
    private static final int LAST_LINES = 12;

    private Tool() {}

    /// @param out its standard output
    /// @param err its standard error
    /// @param peakMegabytes resident set at its largest; NaN where the system does not say
    record Run(Output out, Output err, double peakMegabytes) {}

    /// A program that did not do its work.
    static final class Failure extends IOException {
        private static final long serialVersionUID = 1;

        Failure(List<String> command, String what, List<String> lines) {
            super("%s %s\n  %s\n  %s"
                    .formatted(
                            Path.of(command.getFirst()).getFileName(),
                            what,
                            String.join(" ", command),
                            String.join("\n  ", lines.subList(Math.max(lines.size() - LAST_LINES, 0), lines.size()))));
        }
    }

    /// @throws Failure if it does not end with 0
    static Run run(List<String> command) throws IOException, InterruptedException {
        long start = System.nanoTime();
        var process = new ProcessBuilder(command).start();
        try {
            process.getOutputStream().close();
            var out = Output.of(process.getInputStream(), start);
            var err = Output.of(process.getErrorStream(), start);
            double peak = Double.NaN;
            while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                peak = larger(peak, peakMegabytes(process.pid()));
                if (System.nanoTime() - start > LIMIT_NANOS) {
                    throw new Failure(command, "does not end", err.lines());
                }
            }
            out.join();
            err.join();
            if (process.exitValue() != 0) {
                var lines = err.lines().isEmpty() ? out.lines() : err.lines();
                throw new Failure(command, "ended with " + process.exitValue(), lines);
            }
            return new Run(out, err, peak);
        } finally {
            process.destroyForcibly();
        }
    }

    private static double larger(double peak, double now) {
        return Double.isNaN(peak) ? now : Double.isNaN(now) ? peak : Math.max(peak, now);
    }

    /// {@return the resident set of a process at its largest; NaN if nobody says}
    static double peakMegabytes(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                    .filter(line -> line.startsWith("VmHWM"))
                    .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024 / 1e6)
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException e) { // it has ended, or this is not Linux
            return Double.NaN;
        }
    }
}
