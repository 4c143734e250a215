package io.github.panallama.ffi.load;

import io.github.panallama.error.NativeLibraryException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The native library: found once, loaded once, never unloaded (its thread pools would not survive that).
///
/// It is looked for in the folder that the system property `panallama.library.path` names, then in that of the
/// environment variable `PANALLAMA_LIBRARY_PATH`, and nowhere else.
public final class NativeLibrary {
    /// The property that names the folder.
    public static final String PROPERTY = "panallama.library.path";

    /// The environment variable that names the folder.
    public static final String VARIABLE = "PANALLAMA_LIBRARY_PATH";

    private static volatile @Nullable Loaded loaded;

    private NativeLibrary() {}

    private record Loaded(Path directory, SymbolLookup symbols) {}

    /// {@return the library's symbols; loads it at the first call}
    ///
    /// @throws NativeLibraryException if there is none, it does not load, or the JVM refuses native access
    public static SymbolLookup lookup() {
        return loaded().symbols();
    }

    /// {@return the folder that the library was loaded from}
    ///
    /// @throws NativeLibraryException as [#lookup]
    public static Path directory() {
        return loaded().directory();
    }

    /// A failure is not remembered: each caller gets its message.
    private static Loaded loaded() {
        var library = loaded;
        if (library == null) {
            synchronized (NativeLibrary.class) {
                library = loaded;
                if (library == null) {
                    var directory = find(System.getProperty(PROPERTY), System.getenv(VARIABLE));
                    library = new Loaded(directory, load(directory));
                    loaded = library;
                }
            }
        }
        return library;
    }

    /// {@return the backend modules beside the library, sorted by name; none in a build that has them linked in}
    public static List<Path> backendModules() {
        try (var files = Files.list(directory())) {
            return files.filter(f ->
                            Platform.current().isBackendModule(f.getFileName().toString()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path find(@Nullable String property, @Nullable String variable) {
        var folder = property != null ? property : variable;
        var source = property != null ? "-D" + PROPERTY : VARIABLE;
        if (folder == null) {
            throw new NativeLibraryException(
                    "no native library: build it with scripts/native.sh and name its folder with -D%s=… or %s"
                            .formatted(PROPERTY, VARIABLE));
        }
        var directory = Path.of(folder).toAbsolutePath().normalize();
        var file = directory.resolve(Platform.current().fileName("panallama"));
        if (!Files.isRegularFile(file)) {
            throw new NativeLibraryException("no native library at %s, where %s points: build it with scripts/native.sh"
                    .formatted(file, source));
        }
        return directory;
    }

    @SuppressWarnings("restricted") // loading a library is what this class is for
    private static SymbolLookup load(Path directory) {
        var file = directory.resolve(Platform.current().fileName("panallama"));
        try {
            quietBacktraces();
            return SymbolLookup.libraryLookup(file, Arena.global());
        } catch (IllegalCallerException refused) {
            throw new NativeLibraryException(
                    "the JVM refuses native access: start it with --enable-native-access=%s".formatted(moduleName()),
                    refused);
        } catch (IllegalArgumentException e) {
            throw new NativeLibraryException(
                    "cannot load %s (%s): build it anew on this machine with scripts/native.sh"
                            .formatted(file, e.getMessage()),
                    e);
        }
    }

    /// On a fatal error ggml would fork the JVM and attach a debugger to it for a backtrace; it reads this variable
    /// while it
    /// is being loaded, so it must be in the C environment by then.
    @SuppressWarnings("restricted") // calls the C library
    private static void quietBacktraces() {
        if (Platform.current() == Platform.WINDOWS) {
            return; // nothing is attached there
        }
        var linker = Linker.nativeLinker();
        var setenv = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("setenv"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
        try (var ta = Arena.ofConfined()) {
            int rc = (int) setenv.invokeExact(ta.allocateFrom("GGML_NO_BACKTRACE"), ta.allocateFrom("1"), 0);
            if (rc != 0) {
                throw new NativeLibraryException("setenv failed: the C environment is full");
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static String moduleName() {
        var name = NativeLibrary.class.getModule().getName();
        return name == null ? "ALL-UNNAMED" : name;
    }
}
