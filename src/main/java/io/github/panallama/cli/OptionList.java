package io.github.panallama.cli;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.OptionSpec;

/// The list of options in a command's help: those of the command itself, then those of other classes under their
/// headings.
///
/// Not picocli's own groups: each builds a synopsis of all its options whenever one of them is used, which took a tenth
/// of
/// the time to start.
final class OptionList {
    private OptionList() {}

    /// {@return the list}
    ///
    /// @param help of the command
    static String render(Help help) {
        var all = help.commandSpec().options();
        var text = new StringBuilder();
        byHeading(all).forEach((heading, options) -> {
            if (!heading.isEmpty()) {
                text.append("%n%s:%n".formatted(heading));
            }
            var layout = help.createDefaultLayout(all, List.of(), help.colorScheme());
            layout.addOptions(options, help.parameterLabelRenderer());
            text.append(layout);
        });
        return text.toString();
    }

    private static Map<String, List<OptionSpec>> byHeading(List<OptionSpec> options) {
        var groups = new LinkedHashMap<String, List<OptionSpec>>();
        groups.put("", new ArrayList<>());
        for (var option : options) {
            groups.computeIfAbsent(heading(option), _ -> new ArrayList<>()).add(option);
        }
        return groups;
    }

    private static String heading(OptionSpec option) {
        var heading = option.userObject() instanceof Field field
                ? field.getDeclaringClass().getAnnotation(Heading.class)
                : null;
        return heading == null ? "" : heading.value();
    }
}
