package io.github.panallama.isolation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;

/// What a worker says on its standard error: kept for the day it dies.
final class Death {
    private static final int KEPT_LINES = 200;
    private static final int TOLD_LINES = 6;
    private static final int SIGNALS = 128; // a shell's way to say that a signal ended a process

    private final Deque<String> lines = new ArrayDeque<>(); // guarded by this
    private boolean reporting; // the JVM's fatal error report has begun: what matters in it comes first

    synchronized void heard(String line) {
        if (lines.size() == KEPT_LINES && !reporting) {
            lines.removeFirst();
        }
        reporting |= line.startsWith("# A fatal error has been detected");
        if (lines.size() < KEPT_LINES) {
            lines.add(line);
        }
    }

    /// {@return how the process died, in a sentence or some more}
    ///
    /// @param pid the process
    /// @param exit its exit status
    synchronized String message(long pid, int exit) {
        var told = told();
        return "the worker process %d died (%s)%s: what ran in it is lost, the next call starts a new one"
                .formatted(pid, cause(exit), told.isEmpty() ? "" : ", saying \"" + told + '"');
    }

    private static String cause(int exit) {
        return switch (exit - SIGNALS) {
            case 4 -> "SIGILL: the library was built for another processor";
            case 6 -> "SIGABRT";
            case 7 -> "SIGBUS: the model file was changed or truncated while it was mapped, or its disk failed";
            case 8 -> "SIGFPE";
            case 9 -> "SIGKILL: somebody ended it, or the system for want of memory";
            case 11 -> "SIGSEGV";
            case 15 -> "SIGTERM: somebody ended it";
            default -> "exit status " + exit;
        };
    }

    /// The signal and the frame of the JVM's report if there is one, else what was said last.
    private String told() {
        var fatal = lines.stream()
                .dropWhile(line -> !line.startsWith("# A fatal error has been detected"))
                .filter(line -> line.matches("#\\s+(SIG|EXCEPTION|[CjJvV] +\\[|Internal Error|Native memory).*"))
                .map(line -> line.replaceFirst("^#\\s*", ""))
                .toList();
        return String.join(" / ", fatal.isEmpty() ? last() : fatal);
    }

    private List<String> last() {
        var said = lines.stream().filter(line -> !line.isBlank()).collect(Collectors.toList());
        return said.subList(Math.max(said.size() - TOLD_LINES, 0), said.size());
    }
}
