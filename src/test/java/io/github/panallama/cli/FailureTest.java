package io.github.panallama.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.error.ContextFullException;
import io.github.panallama.error.DecodeException;
import io.github.panallama.error.InsufficientMemoryException;
import io.github.panallama.error.ModelLoadException;
import io.github.panallama.error.NativeLibraryException;
import io.github.panallama.error.QueueFullException;
import io.github.panallama.gguf.GgufFile;
import io.github.panallama.store.DownloadException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailureTest {
    static Stream<Arguments> statuses() {
        return Stream.of(
                Arguments.of(3, new ModelLoadException("no file x")),
                Arguments.of(4, new DownloadException(DownloadException.Reason.UNREACHABLE, "no answer")),
                Arguments.of(4, new AccessDeniedException("/store")),
                Arguments.of(5, new NativeLibraryException("no native library")),
                Arguments.of(6, new ContextFullException("too long")),
                Arguments.of(6, new InsufficientMemoryException("too big")),
                Arguments.of(6, new OutOfMemoryError("Java heap space")),
                Arguments.of(1, new DecodeException("failed")),
                Arguments.of(1, new QueueFullException("full")),
                Arguments.of(1, new UncheckedIOException(new IOException("disk full"))),
                Arguments.of(1, new NullPointerException("x is null")),
                Arguments.of(130, new CancellationException("interrupted")),
                Arguments.of(130, new UncheckedIOException(new InterruptedIOException())));
    }

    @ParameterizedTest
    @MethodSource("statuses")
    void eachExceptionHasItsStatus(int status, Throwable thrown) {
        assertEquals(status, Failure.of(thrown).status());
    }

    @Test
    void aDamagedFileIsAModelFailure(@TempDir Path folder) throws IOException {
        var file = Files.writeString(folder.resolve("x.gguf"), "no model");
        assertEquals(3, Failure.of(thrownBy(() -> GgufFile.read(file))).status());
    }

    @Test
    void aRefusedOptionIsWrongUsage() {
        var refused = thrownBy(() -> CompletionOptions.DEFAULT.withStop(List.of("")));
        assertEquals(2, Failure.of(refused).status());
    }

    @Test
    void anIllegalArgumentInsideTheJdkIsADefect() {
        var failure = Failure.of(thrownBy(() -> Integer.parseInt("x", 99)));
        assertEquals(1, failure.status());
        assertTrue(failure.line().contains("defect of panallama"), failure.line());
    }

    @Test
    void whatIsSaidIsOneLine() {
        assertEquals(
                "first second",
                Failure.of(new ModelLoadException("first\n  second\n\n")).line());
    }

    @Test
    void anInterruptionSaysNothing() {
        assertEquals("", Failure.of(new CancellationException("interrupted")).line());
    }

    private static Throwable thrownBy(Executable action) {
        try {
            action.execute();
        } catch (Throwable e) {
            return e;
        }
        throw new AssertionError("nothing was thrown");
    }
}
