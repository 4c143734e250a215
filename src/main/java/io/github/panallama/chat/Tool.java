package io.github.panallama.chat;

import java.util.Objects;

/// A tool that the model may ask to be called.
///
/// @param name 1 to 128 letters, digits, `_`, `-` and `.`
/// @param description what it does and when to use it; may be empty
/// @param parameters the JSON schema of the object that it takes
public record Tool(String name, String description, String parameters) {
    /// Checks the name.
    public Tool {
        if (!name.matches("[a-zA-Z0-9_.-]{1,128}")) {
            throw new IllegalArgumentException(
                    "a tool's name is 1 to 128 letters, digits, '_', '-' and '.', not \"%s\"".formatted(name));
        }
        Objects.requireNonNull(description, "description");
        Objects.requireNonNull(parameters, "parameters");
    }
}
