package io.github.panallama.ffi;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;

/// The process's standard output, for one user alone.
public final class StandardOutput {
    private static final Path DESCRIPTORS = Path.of("/dev/fd");
    private static final int OUT = 1;
    private static final int ERROR = 2;

    private StandardOutput() {}

    /// {@return what leads to where standard output led}
    ///
    /// From here on, what native code prints and the JVM's report of a fatal error go to standard error; where the
    /// system has no /dev/fd, they still go where they went.
    @SuppressWarnings("restricted") // calls the C library
    public static OutputStream take() throws IOException {
        if (!Files.isDirectory(DESCRIPTORS)) {
            return new FileOutputStream(FileDescriptor.out);
        }
        var linker = Linker.nativeLinker();
        var lookup = linker.defaultLookup();
        int copy = call(
                linker,
                lookup.findOrThrow("dup"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
                OUT);
        var out = new FileOutputStream(DESCRIPTORS.resolve("" + copy).toFile());
        call(
                linker,
                lookup.findOrThrow("dup2"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
                ERROR,
                OUT);
        return out;
    }

    @SuppressWarnings("restricted") // calls the C library
    private static int call(Linker linker, MemorySegment function, FunctionDescriptor type, Object... arguments)
            throws IOException {
        int result;
        try {
            result = (int) linker.downcallHandle(function, type).invokeWithArguments(arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        if (result < 0) {
            throw new IOException("standard output cannot be copied: it is closed");
        }
        return result;
    }
}
