package io.github.panallama.store;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What the store takes from its surroundings: `PANALLAMA_HOME`, `XDG_CACHE_HOME`, `LOCALAPPDATA`, `HF_ENDPOINT`,
/// `HF_TOKEN`, `HF_HUB_OFFLINE`, and `PATH` for pip.
///
/// @param variables the environment variables; they are also what a pip that is started sees
/// @param os the operating system's name, as in the system property `os.name`
/// @param home the user's home folder
public record Environment(Map<String, String> variables, String os, Path home) {
    /// Copies the variables.
    public Environment {
        variables = Map.copyOf(variables);
        requireNonNull(os, "os");
        requireNonNull(home, "home");
    }

    /// {@return this process's own}
    public static Environment system() {
        return new Environment(
                System.getenv(), System.getProperty("os.name", ""), Path.of(System.getProperty("user.home", ".")));
    }

    /// The value of a variable.
    ///
    /// @param name its name
    /// @return its value, empty if it is not set or blank
    public Optional<String> get(String name) {
        return Optional.ofNullable(variables.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    boolean flag(String name) {
        var value = get(name).orElse("").toLowerCase(Locale.ROOT);
        return value.equals("1") || value.equals("true") || value.equals("yes") || value.equals("on");
    }

    boolean isWindows() {
        return os.toLowerCase(Locale.ROOT).startsWith("windows");
    }

    boolean isMac() {
        return os.toLowerCase(Locale.ROOT).startsWith("mac");
    }

    /// No variable's value is printed: one may be a token.
    ///
    /// @return the system's name and the home folder
    @Override
    public String toString() {
        return "Environment[%d variables, os=%s, home=%s]".formatted(variables.size(), os, home);
    }
}
