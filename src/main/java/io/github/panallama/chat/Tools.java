package io.github.panallama.chat;

import java.util.HashSet;
import java.util.List;

/// The tools of a chat.
///
/// @param list which there are; no two of one name
/// @param choice whether the model may, must or must not call them
/// @param parallel whether it may ask for several calls at once
public record Tools(List<Tool> list, ToolChoice choice, boolean parallel) {
    /// None.
    public static final Tools NONE = new Tools(List.of(), ToolChoice.AUTO, false);

    /// Checks that the choice can be met, and copies the list.
    public Tools {
        list = List.copyOf(list);
        var names = new HashSet<String>();
        for (var tool : list) {
            if (!names.add(tool.name())) {
                throw new IllegalArgumentException("two tools are named " + tool.name());
            }
        }
        if (choice instanceof ToolChoice.Named(var name) && !names.contains(name)) {
            throw new IllegalArgumentException("the tool choice \"%s\" is none of the tools".formatted(name));
        }
        if (choice instanceof ToolChoice.Required && list.isEmpty()) {
            throw new IllegalArgumentException("a tool must be called, but there are none");
        }
    }

    /// {@return these tools, of which the model calls any or none}
    ///
    /// @param tools see [#list()]
    public static Tools of(Tool... tools) {
        return NONE.withList(List.of(tools));
    }

    /// {@return whether the model must call one}
    public boolean isRequired() {
        return choice instanceof ToolChoice.Required || choice instanceof ToolChoice.Named;
    }

    /// {@return a copy with other tools}
    ///
    /// @param list see the component
    public Tools withList(List<Tool> list) {
        return new Tools(list, choice, parallel);
    }

    /// {@return a copy with another choice}
    ///
    /// @param choice see the component
    public Tools withChoice(ToolChoice choice) {
        return new Tools(list, choice, parallel);
    }

    /// {@return a copy that does or does not let the model ask for several calls at once}
    ///
    /// @param parallel see the component
    public Tools withParallel(boolean parallel) {
        return new Tools(list, choice, parallel);
    }
}
