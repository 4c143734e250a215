package io.github.panallama.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.error.ModelLoadException;
import io.github.panallama.store.DownloadException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelStoreTest {
    private static final byte[] MODEL = Models.gguf(50_000);

    @TempDir
    private Path folder;

    private final FakeHub hub = new FakeHub()
            .with("m-Q4_0.gguf", MODEL)
            .with("m-Q8_0-00001-of-00002.gguf", Models.gguf(3000))
            .with("m-Q8_0-00002-of-00002.gguf", Models.gguf(2000))
            .with("m-Q2_K-00001-of-00002.gguf", Models.gguf(2000))
            .with("sub/m-F16.gguf", Models.gguf(1000));
    private TestServer server;
    private ModelStore store;

    @BeforeEach
    void start() throws IOException {
        server = new TestServer(hub::answer);
        store = Models.store(folder, Models.environment(folder, server.uri()));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private List<String> files() throws IOException {
        return Trees.files(folder.resolve("models")).stream()
                .map(f -> folder.resolve("models").relativize(f).toString())
                .toList();
    }

    @Test
    void aFileIsPulledOnceAndLiesWhereOneFindsIt() throws IOException {
        var ref = ModelRef.parse("hf:owner/repo/m-Q4_0.gguf");
        assertEquals(Optional.empty(), store.find(ref));
        var seen = new ArrayList<Long>();
        var path = store.pull(ref, (_, received, total) -> {
            assertEquals(MODEL.length, total.orElseThrow());
            seen.add(received);
        });
        assertEquals(folder.resolve("models/hf/owner/repo/m-Q4_0.gguf"), path);
        assertArrayEquals(MODEL, Files.readAllBytes(path));
        assertEquals(0, seen.getFirst());
        assertEquals(MODEL.length, seen.getLast());
        int asked = server.requests().size();
        assertEquals(path, store.pull(ref));
        assertEquals(asked, server.requests().size(), "what is here needs no network");
        assertEquals(List.of("hf/owner/repo/m-Q4_0.gguf"), files());
    }

    @Test
    void aQuantisationIsFoundByName() throws IOException {
        assertEquals(
                "m-Q4_0.gguf",
                store.pull(ModelRef.parse("hf:owner/repo")).getFileName().toString());
        assertEquals(
                "m-F16.gguf",
                store.pull(ModelRef.parse("hf:owner/repo:f16")).getFileName().toString());
        assertEquals(List.of("hf/owner/repo/m-Q4_0.gguf", "hf/owner/repo/sub/m-F16.gguf"), files());
        var none = assertThrows(DownloadException.class, () -> store.pull(ModelRef.parse("hf:owner/repo:Q5_K_M")));
        assertEquals(Reason.NOT_FOUND, none.reason());
        assertTrue(String.valueOf(none.getMessage()).contains("m-Q4_0.gguf, m-Q8_0-00001"), none.toString());
    }

    @Test
    void aSplitModelIsPulledWhole() throws IOException {
        var second = ModelRef.parse("hf:owner/repo/m-Q8_0-00002-of-00002.gguf");
        assertEquals(
                "m-Q8_0-00001-of-00002.gguf", store.pull(second).getFileName().toString());
        assertEquals(2, files().size());
        assertEquals(Optional.of(store.pull(second)), store.find(ModelRef.parse("hf:owner/repo:Q8_0")));
        var listed = store.list();
        assertEquals(1, listed.size());
        assertEquals(5000, listed.getFirst().bytes());
        assertTrue(listed.getFirst().complete());
        Files.delete(listed.getFirst().files().getLast());
        assertEquals(Optional.empty(), store.find(second), "a part is missing");
        assertFalse(store.list().getFirst().complete());
        var broken = assertThrows(DownloadException.class, () -> store.pull(ModelRef.parse("hf:owner/repo:Q2_K")));
        assertTrue(String.valueOf(broken.getMessage()).contains("no file m-Q2_K-00002-of-00002"), broken.toString());
    }

    @Test
    void aMisspeltFileGetsASuggestion() {
        var e = assertThrows(DownloadException.class, () -> store.pull(ModelRef.parse("hf:owner/repo/m-Q4_1.gguf")));
        assertTrue(String.valueOf(e.getMessage()).contains("did you mean m-Q4_0.gguf?"), e.toString());
    }

    @Test
    void whatIsListedCanBeAskedForAndRemoved() throws IOException {
        store.pull(ModelRef.parse("hf:owner/repo:Q4_0"));
        store.pull(ModelRef.parse("hf:owner/repo:Q8_0"));
        Files.writeString(folder.resolve("models/hf/owner/repo/m-Q5_0.gguf.part"), "begun");
        var names = store.list().stream().map(StoredModel::name).toList();
        assertEquals(
                List.of(
                        "hf:owner/repo/m-Q4_0.gguf",
                        "hf:owner/repo/m-Q5_0.gguf",
                        "hf:owner/repo/m-Q8_0-00001-of-00002.gguf"),
                names);
        assertFalse(store.list().get(1).complete());
        assertEquals(2, store.remove(ModelRef.parse(names.getLast())).size());
        assertEquals(List.of(), store.remove(ModelRef.parse(names.getLast())));
        assertEquals(1, store.remove(ModelRef.parse("hf:owner/repo:Q5_0")).size());
        assertEquals(1, store.remove(ModelRef.parse("hf:owner/repo")).size());
        assertEquals(List.of(), store.list());
        assertFalse(Files.exists(folder.resolve("models/hf")), "no empty folders stay");
        var outside = new ModelRef.Local(folder.resolve("x.gguf"));
        assertThrows(IllegalArgumentException.class, () -> store.remove(outside));
    }

    @Test
    void aLocalFileIsWhereItIs() throws IOException {
        var path = Files.write(folder.resolve("own.gguf"), MODEL);
        assertEquals(path, store.pull(new ModelRef.Local(path)));
        var none = new ModelRef.Local(folder.resolve("none.gguf"));
        assertThrows(ModelLoadException.class, () -> store.pull(none));
        assertEquals(List.of(), server.requests());
    }

    @Test
    void offlineTouchesNoNetwork() throws IOException {
        var ref = ModelRef.parse("hf:owner/repo:Q4_0");
        var offline = store.withOptions(Models.QUICK.withOffline(true));
        var byVariable = Models.store(folder, Models.environment(folder, server.uri(), "HF_HUB_OFFLINE", "1"));
        for (var off : List.of(offline, byVariable)) {
            var e = assertThrows(DownloadException.class, () -> off.pull(ref));
            assertEquals(Reason.OFFLINE, e.reason());
        }
        assertEquals(List.of(), server.requests());
        var path = store.pull(ref);
        assertEquals(path, offline.pull(ref));
    }

    @Test
    void aNamedModelIsTakenFromItsSources() throws IOException {
        var source = new Manifest.Source.Hub("owner", "repo", "main", "m-Q4_0.gguf");
        var gone = new Manifest.Source.Hub("owner", "repo", "main", "gone.gguf");
        var tiny = new ModelStore(
                new StoreLayout(folder),
                Models.environment(folder, server.uri()),
                Models.QUICK,
                () -> Models.manifest(MODEL, gone, source));
        var path = tiny.pull(new ModelRef.Named("tiny"));
        assertEquals(folder.resolve("models/tiny/tiny.gguf"), path);
        assertEquals("tiny", tiny.list().getFirst().name());
        Files.write(path, new byte[7]);
        assertEquals(Optional.empty(), tiny.find(new ModelRef.Named("tiny")), "a wrong size is no model");
        assertArrayEquals(MODEL, Files.readAllBytes(tiny.pull(new ModelRef.Named("tiny"))));
        assertEquals(1, tiny.remove(new ModelRef.Named("tiny")).size());
        assertThrows(ModelLoadException.class, () -> tiny.pull(new ModelRef.Named("other")));
    }

    @Test
    void whenEverySourceFailsAllReasonsAreSaid() {
        var gone = new Manifest.Source.Hub("owner", "repo", "main", "gone.gguf");
        var pip = new Manifest.Source.Pip("tiny-model", "1.0", "tiny/tiny.gguf");
        var tiny = new ModelStore(
                new StoreLayout(folder),
                Models.environment(folder, server.uri(), "PATH", ""),
                Models.QUICK,
                () -> Models.manifest(MODEL, gone, pip));
        var e = assertThrows(DownloadException.class, () -> tiny.pull(new ModelRef.Named("tiny")));
        var said = String.valueOf(e.getMessage());
        assertTrue(said.contains("1) ") && said.contains("404") && said.contains("2) pip is needed"), said);
    }

    @Test
    void theTokenGoesToTheHubAndToNoOtherHost() throws IOException {
        server.handle(request -> {
            if (request.path().startsWith("/cdn/")) {
                return hub.answer(new TestServer.Request(request.path().substring(4), request.headers()));
            }
            return request.path().contains("/resolve/")
                    ? TestServer.Answer.status(302).header("Location", server.otherHost() + "/cdn" + request.path())
                    : hub.answer(request);
        });
        var own = Models.store(folder, Models.environment(folder, server.uri(), "HF_TOKEN", "hf_secret"));
        own.pull(ModelRef.parse("hf:owner/repo:Q4_0"));
        var tokens = server.requests().stream()
                .map(r -> r.path().startsWith("/cdn/") + " "
                        + r.header("Authorization").orElse("none"))
                .toList();
        assertEquals(List.of("false Bearer hf_secret", "false Bearer hf_secret", "true none"), tokens);
    }

    @Test
    void namesInAddressesAreEscaped() throws IOException {
        var hubUri = Hub.of(Models.environment(folder, server.uri())).resolve("o", "r", "main", "a b#?%.gguf");
        assertEquals("/o/r/resolve/main/a%20b%23%3F%25.gguf", hubUri.getRawPath());
        assertThrows(
                DownloadException.class, () -> Hub.of(Models.environment(folder, Map.of("HF_ENDPOINT", "ftp://x"))));
    }
}
