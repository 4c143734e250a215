package io.github.panallama.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.panallama.store.TestServer.Answer;
import io.github.panallama.store.TestServer.Request;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// A hub with one repository, `owner/repo`: well-behaved, with ranges and entity tags, so that a test only has to
/// add the one fault it is about.
final class FakeHub {
    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private volatile String version = "v1";

    FakeHub with(String file, byte[] content) {
        files.put(file, content);
        return this;
    }

    void change(String file, byte[] content) {
        files.put(file, content);
        version = "v2";
    }

    Answer answer(Request request) {
        if (request.path().startsWith("/api/models/owner/repo?")) {
            return Answer.of(200, listing().getBytes(UTF_8));
        }
        var marker = "/owner/repo/resolve/main/";
        var content =
                request.path().startsWith(marker) ? files.get(request.path().substring(marker.length())) : null;
        return content == null ? Answer.status(404) : file(request, content);
    }

    Answer file(Request request, byte[] content) {
        var tag = '"' + version + '"';
        var range = request.header("Range").orElse("");
        if (range.isEmpty() || !request.header("If-Range").orElse(tag).equals(tag)) {
            return Answer.of(200, content).header("ETag", tag);
        }
        int from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
        if (from >= content.length) {
            return Answer.status(416);
        }
        var rest = Arrays.copyOfRange(content, from, content.length);
        return Answer.of(206, rest)
                .header("ETag", tag)
                .header("Content-Range", "bytes %d-%d/%d".formatted(from, content.length - 1, content.length));
    }

    private String listing() {
        return files.entrySet().stream()
                .map(e ->
                        """
                        {"rfilename": "%s", "size": %d, "lfs": {"sha256": "%s", "size": %d}}"""
                                .formatted(
                                        e.getKey(),
                                        e.getValue().length,
                                        Models.sha256(e.getValue()),
                                        e.getValue().length))
                .collect(Collectors.joining(",", "{\"siblings\": [{\"rfilename\": \"../evil.gguf\"},", "]}"));
    }
}
