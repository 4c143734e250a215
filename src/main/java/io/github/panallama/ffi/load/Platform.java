package io.github.panallama.ffi.load;

import java.util.Locale;

/// The operating system, as far as file names and the C library differ.
enum Platform {
    LINUX("lib", ".so"),
    MACOS("lib", ".dylib"),
    WINDOWS("", ".dll");

    private final String prefix;
    private final String suffix;

    Platform(String prefix, String suffix) {
        this.prefix = prefix;
        this.suffix = suffix;
    }

    /// {@return the platform that this JVM runs on}
    static Platform current() {
        return of(System.getProperty("os.name", ""));
    }

    static Platform of(String osName) {
        var name = osName.toLowerCase(Locale.ROOT);
        if (name.startsWith("windows")) {
            return WINDOWS;
        }
        return name.startsWith("mac") || name.startsWith("darwin") ? MACOS : LINUX;
    }

    /// {@return the file name of a library}
    String fileName(String library) {
        return prefix + library + suffix;
    }

    /// {@return whether a file is a backend module of ggml (always `.so`, on macOS too)}
    boolean isBackendModule(String fileName) {
        var end = this == WINDOWS ? ".dll" : ".so";
        return fileName.startsWith(prefix + "ggml-") && fileName.endsWith(end);
    }
}
