package io.github.panallama.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.panallama.store.DownloadException.Reason;
import io.github.panallama.store.TestServer.Answer;
import io.github.panallama.store.TestServer.Request;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DownloadFaultsTest {
    private static final byte[] MODEL = Models.gguf(1_000_000);
    private static final ModelRef REF = ModelRef.parse("hf:owner/repo/m.gguf");

    @TempDir
    private Path folder;

    private final FakeHub hub = new FakeHub().with("m.gguf", MODEL);
    private TestServer server;
    private ModelStore store;
    private Path target;

    @BeforeEach
    void start() throws IOException {
        server = new TestServer(hub::answer);
        store = Models.store(folder, Models.environment(folder, server.uri()));
        target = folder.resolve("models/hf/owner/repo/m.gguf");
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    /// Answers requests for the file, one answer after the other, and then as a good hub does.
    @SafeVarargs
    private void first(Function<Request, Answer>... answers) {
        var next = new AtomicInteger();
        server.handle(request -> {
            int i = request.path().contains("/resolve/") ? next.getAndIncrement() : answers.length;
            return i < answers.length ? answers[i].apply(request) : hub.answer(request);
        });
    }

    private List<String> ranges() {
        return server.requests().stream()
                .filter(r -> r.path().contains("/resolve/"))
                .map(r ->
                        r.header("Range").map(range -> "from " + rounded(range)).orElse("all"))
                .toList();
    }

    private static long rounded(String range) {
        return rounded(Long.parseLong(range.substring("bytes=".length(), range.length() - 1)));
    }

    /// When a connection breaks, the HTTP client drops the last buffers that it has not handed over yet.
    private static long rounded(long received) {
        return (received + 99_999) / 100_000 * 100_000;
    }

    private DownloadException fails(Reason reason) {
        var e = assertThrows(DownloadException.class, () -> store.pull(REF));
        assertEquals(reason, e.reason(), e.toString());
        assertFalse(Files.exists(target), "no broken model");
        return e;
    }

    private void pullsWell() throws IOException {
        assertArrayEquals(MODEL, Files.readAllBytes(store.pull(REF)));
        try (var files = Files.list(target.getParent())) {
            assertEquals(1, files.count(), "nothing else stays");
        }
    }

    @Test
    void aBrokenConnectionIsTakenUpWhereItBroke() throws IOException {
        first(r -> hub.answer(r).cutAt(400_000), r -> hub.answer(r).cutAt(300_000));
        pullsWell();
        assertEquals(List.of("all", "from 400000", "from 700000"), ranges());
    }

    @Test
    void aLaterPullGoesOnWithTheSameVersion() throws IOException {
        first(r -> hub.answer(r).cutAt(400_000), _ -> Answer.status(404));
        fails(Reason.NOT_FOUND);
        assertEquals(400_000, rounded(Files.size(PartFile.part(target))));
        pullsWell();
        assertEquals(List.of("all", "from 400000", "from 400000"), ranges());
        assertEquals("\"v1\"", server.requests().getLast().header("If-Range").orElseThrow());
    }

    @Test
    void anotherVersionStartsAnew() throws IOException {
        first(r -> hub.answer(r).cutAt(400_000), _ -> Answer.status(404));
        fails(Reason.NOT_FOUND);
        var changed = Models.gguf(900_000);
        hub.change("m.gguf", changed);
        assertArrayEquals(changed, Files.readAllBytes(store.pull(REF)));
        assertEquals("from 400000", ranges().getLast());
    }

    @Test
    void aServerThatKnowsNoRangesSendsAllAgain() throws IOException {
        Function<Request, Answer> all = _ -> Answer.of(200, MODEL);
        first(r -> all.apply(r).cutAt(400_000), all);
        pullsWell();
        assertEquals(List.of("all", "from 400000"), ranges());
    }

    @Test
    void anAnswerWithAnotherRangeIsNotTakenForTheRest() throws IOException {
        first(r -> hub.answer(r).cutAt(400_000), _ -> Answer.of(206, MODEL)
                .header("Content-Range", "bytes 0-999999/1000000"));
        pullsWell();
        assertEquals(List.of("all", "from 400000", "all"), ranges());
    }

    @Test
    void aRangeThatIsRefusedStartsAnew() throws IOException {
        first(r -> hub.answer(r).cutAt(400_000), _ -> Answer.status(416));
        pullsWell();
        assertEquals(List.of("all", "from 400000", "all"), ranges());
    }

    @Test
    void aDamagedPartIsFetchedAgain() throws IOException {
        Files.createDirectories(target.getParent());
        Files.write(PartFile.part(target), new byte[500_000]);
        pullsWell();
        assertEquals(List.of("from 500000", "all"), ranges());
    }

    @Test
    void aPartThatIsCompleteIsOnlyChecked() throws IOException {
        Files.createDirectories(target.getParent());
        Files.write(PartFile.part(target), MODEL);
        pullsWell();
        assertEquals(List.of(), ranges());
    }

    @Test
    void wrongBytesAreRefused() {
        var wrong = MODEL.clone();
        wrong[500_000]++;
        server.handle(r -> r.path().contains("/resolve/") ? hub.file(r, wrong) : hub.answer(r));
        var e = fails(Reason.DAMAGED);
        assertTrue(String.valueOf(e.getMessage()).contains(Models.sha256(MODEL)), e.toString());
        assertFalse(Files.exists(PartFile.part(target)));
    }

    @Test
    void anotherLengthIsRefusedBeforeItIsFetched() {
        server.handle(r -> r.path().contains("/resolve/") ? Answer.of(200, Arrays.copyOf(MODEL, 999)) : hub.answer(r));
        var e = fails(Reason.DAMAGED);
        assertTrue(String.valueOf(e.getMessage()).contains("999 bytes or more, expected 1,000,000"), e.toString());
    }

    @Test
    void moreThanExpectedIsRefusedWhereNoLengthIsSaid() {
        server.handle(r -> r.path().contains("/resolve/")
                ? Answer.of(200, Arrays.copyOf(MODEL, 1_500_000)).declaring(-1)
                : hub.answer(r));
        fails(Reason.DAMAGED);
    }

    @Test
    void aBodyThatStaysShortIsGivenUpAndKept() throws IOException {
        var half = Arrays.copyOf(MODEL, 500_000);
        var next = new AtomicInteger();
        server.handle(r -> !r.path().contains("/resolve/")
                ? hub.answer(r)
                : next.getAndIncrement() == 0 ? Answer.of(200, half).declaring(1_000_000) : empty(r));
        var e = fails(Reason.UNREACHABLE);
        assertTrue(String.valueOf(e.getMessage()).contains("3 times in a row"), e.toString());
        assertEquals(500_000, rounded(Files.size(PartFile.part(target))));
    }

    /// Promises the rest and sends nothing of it.
    private static Answer empty(Request request) {
        var range = request.header("Range").orElseThrow();
        int from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
        return Answer.of(206, new byte[0])
                .declaring(1_000_000 - from)
                .header("Content-Range", "bytes %d-999999/1000000".formatted(from));
    }

    @Test
    void aServerThatFallsSilentIsGivenUp() throws IOException {
        first(r -> hub.answer(r).cutAt(400_000).thenSilent());
        pullsWell();
        assertEquals(List.of("all", "from 400000"), ranges());
    }

    @Test
    void aWebPageIsNoModelEvenWithoutAHash() {
        var page = "<!DOCTYPE html><html>log in first</html>".getBytes(UTF_8);
        server.handle(r -> r.path().startsWith("/api/")
                ? Answer.of(200, "{\"siblings\":[{\"rfilename\":\"m.gguf\"}]}".getBytes(UTF_8))
                : Answer.of(200, page));
        var e = fails(Reason.DAMAGED);
        assertTrue(String.valueOf(e.getMessage()).contains("web page"), e.toString());
        assertFalse(Files.exists(PartFile.part(target)));
        server.handle(_ -> Answer.of(200, page));
        fails(Reason.SERVER);
    }

    @ParameterizedTest
    @CsvSource({
        "401, REFUSED, 1, HF_TOKEN",
        "403, REFUSED, 1, licence",
        "404, NOT_FOUND, 1, check owner",
        "418, SERVER, 1, 418",
        "429, RATE_LIMITED, 3, too many requests",
        "500, SERVER, 3, try again later",
        "503, SERVER, 3, 503"
    })
    void eachStatusHasItsWayOut(int status, Reason reason, int asked, String words) {
        first(_ -> Answer.status(status), _ -> Answer.status(status), _ -> Answer.status(status));
        var e = fails(reason);
        assertTrue(String.valueOf(e.getMessage()).contains(words), e.toString());
        assertEquals(asked, ranges().size());
    }

    @Test
    void aBusyServerIsAskedAgainWhenItSays() throws IOException {
        first(_ -> Answer.status(429).header("Retry-After", "1"), _ -> Answer.status(503));
        long start = System.nanoTime();
        pullsWell();
        assertTrue(System.nanoTime() - start >= Duration.ofSeconds(1).toNanos());
    }

    @Test
    void aLongPauseIsLeftToTheUser() {
        first(_ -> Answer.status(429).header("Retry-After", "3600"));
        var e = fails(Reason.RATE_LIMITED);
        assertTrue(String.valueOf(e.getMessage()).contains("in 3600 s"), e.toString());
    }

    @Test
    void redirectsEnd() {
        first(_ -> Answer.status(302).header("Location", "file:///etc/passwd"));
        fails(Reason.SERVER);
        server.handle(r -> r.path().startsWith("/api/")
                ? hub.answer(r)
                : Answer.status(302).header("Location", r.path()));
        fails(Reason.SERVER);
    }

    @Test
    void aHubThatIsNotThereIsGivenUpAtOnce() throws IOException {
        server.close();
        long start = System.nanoTime();
        fails(Reason.UNREACHABLE);
        store = Models.store(folder, Models.environment(folder, URI.create("http://no-such-host.invalid")));
        fails(Reason.UNREACHABLE);
        assertTrue(System.nanoTime() - start < Duration.ofSeconds(10).toNanos());
    }

    @Test
    void aStoreThatCannotBeWrittenIsSaid() throws IOException {
        var file = Files.writeString(folder.resolve("file"), "");
        store = Models.store(file, Models.environment(folder, server.uri()));
        var e = fails(Reason.STORE);
        assertTrue(String.valueOf(e.getMessage()).contains("PANALLAMA_HOME"), e.toString());
    }

    @Test
    void aFullDiskIsSaid() throws IOException {
        var full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "no /dev/full here");
        Files.createDirectories(target.getParent());
        Files.createSymbolicLink(PartFile.part(target), full);
        server.handle(hub::answer);
        var e = assertThrows(DownloadException.class, () -> store.pull(REF));
        assertEquals(Reason.STORE, e.reason(), e.toString());
        assertTrue(String.valueOf(e.getMessage()).contains("the disk is full"), e.toString());
        assertFalse(Files.exists(target));
    }

    @Test
    void aModelThatCannotFitIsRefusedBeforeItIsFetched() throws IOException {
        long most = Long.MAX_VALUE / 2;
        server.handle(r -> r.path().startsWith("/api/")
                ? Answer.of(
                        200,
                        "{\"siblings\":[{\"rfilename\":\"m.gguf\",\"size\":%d}]}"
                                .formatted(most)
                                .getBytes(UTF_8))
                : Answer.of(200, MODEL).declaring(-1));
        var e = fails(Reason.STORE);
        assertTrue(String.valueOf(e.getMessage()).contains("too full"), e.toString());
    }

    @Test
    void anInterruptStopsAtOnceAndKeepsThePart() throws Exception {
        store = store.withOptions(Models.QUICK.withStallTimeout(Duration.ofSeconds(60)));
        first(r -> hub.answer(r).cutAt(400_000).thenSilent());
        var arrived = new CountDownLatch(1);
        var pull = new FutureTask<>(() -> {
            var e = assertThrows(
                    InterruptedIOException.class,
                    () -> store.pull(REF, (_, received, _) -> {
                        if (received == 400_000) {
                            arrived.countDown();
                        }
                    }));
            assertTrue(Thread.interrupted(), "the flag stays");
            return e;
        });
        var thread = Thread.ofPlatform().start(pull);
        assertTrue(arrived.await(10, TimeUnit.SECONDS));
        thread.interrupt();
        assertInstanceOf(InterruptedIOException.class, pull.get(2, TimeUnit.SECONDS));
        assertEquals(400_000, rounded(Files.size(PartFile.part(target))));
        pullsWell();
        assertEquals(List.of("all", "from 400000"), ranges());
    }

    @Test
    void manyAtOnceFetchOnce() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var pulls = new ArrayList<Future<Path>>();
            for (int i = 0; i < 8; i++) {
                var own = Models.store(folder, Models.environment(folder, server.uri()));
                pulls.add(threads.submit(() -> own.pull(REF)));
            }
            for (var pull : pulls) {
                assertArrayEquals(MODEL, Files.readAllBytes(pull.get(20, TimeUnit.SECONDS)));
            }
        }
        assertEquals(List.of("all"), ranges());
    }
}
