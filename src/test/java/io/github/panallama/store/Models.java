package io.github.panallama.store;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Model files and stores for the tests.
final class Models {
    static final DownloadOptions QUICK = DownloadOptions.DEFAULT
            .withBackOff(Duration.ofMillis(5))
            .withConnectTimeout(Duration.ofSeconds(2))
            .withStallTimeout(Duration.ofMillis(400));

    private Models() {}

    /// A GGUF file without keys or tensors, followed by bytes that differ.
    static byte[] gguf(int size) {
        var bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {'G', 'G', 'U', 'F'})
                .putInt(3)
                .putLong(0)
                .putLong(0);
        return bytes;
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    static Environment environment(Path home, Map<String, String> variables) {
        return new Environment(variables, "Linux", home);
    }

    static Environment environment(Path home, URI endpoint, String... more) {
        var variables = new HashMap<String, String>();
        variables.put("HF_ENDPOINT", endpoint.toString());
        for (int i = 0; i < more.length; i += 2) {
            variables.put(more[i], more[i + 1]);
        }
        return environment(home, variables);
    }

    static ModelStore store(Path root, Environment environment) {
        return new ModelStore(new StoreLayout(root), environment, QUICK, Manifest::shipped);
    }

    /// A manifest of one model, `tiny`, with this content.
    static Manifest manifest(byte[] content, Manifest.Source... sources) {
        var tiny = new Manifest.Model(
                "tiny", "for tests", "tiny.gguf", content.length, sha256(content), "MIT", List.of(sources));
        return new Manifest("tiny", List.of(tiny));
    }
}
