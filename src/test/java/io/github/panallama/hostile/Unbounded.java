package io.github.panallama.hostile;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The cases that would end or block this process, and that no check can tell from harmless ones.
final class Unbounded {
    private static final String PROGRAM =
            "a template is a program and nothing bounds it: load such a file with Isolation.PROCESS";

    private record Known(Pattern name, String reason) {}

    private static final List<Known> UNBOUNDED = List.of(
            known("template: (a range of 10\\^12|a range of 30,000 in 30,000)", PROGRAM),
            known("template: (a text doubled 40 times|a text times 10\\^10|an indent of 10\\^9)", PROGRAM),
            known("template: (a macro that calls itself|two macros that call each other)", PROGRAM),
            known("template: a list that contains itself", PROGRAM));

    private Unbounded() {}

    private static Known known(String name, String reason) {
        return new Known(Pattern.compile(name), reason);
    }

    /// {@return why a case is not run}
    static Optional<String> reason(HostileModel model) {
        return UNBOUNDED.stream()
                .filter(known -> known.name().matcher(model.name()).matches())
                .map(Known::reason)
                .findFirst();
    }
}
