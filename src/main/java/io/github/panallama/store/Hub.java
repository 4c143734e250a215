package io.github.panallama.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.panallama.store.DownloadException.Reason;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The Hugging Face hub, or what `HF_ENDPOINT` names in its place: its addresses, its file lists, its token.
final class Hub {
    private static final String STANDARD = "https://huggingface.co";
    /// A list of files is a few hundred kilobytes at most.
    private static final int LONGEST_LIST = 32 << 20;

    private final URI endpoint;
    private final Optional<String> token;

    private Hub(URI endpoint, Optional<String> token) {
        this.endpoint = endpoint;
        this.token = token;
    }

    static Hub of(Environment environment) throws DownloadException {
        var text = environment.get("HF_ENDPOINT").orElse(STANDARD).replaceAll("/+$", "");
        try {
            var uri = new URI(text);
            var scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            if (uri.getHost() != null && (scheme.equals("https") || scheme.equals("http"))) {
                return new Hub(
                        uri, environment.get("HF_TOKEN").filter(t -> t.chars().allMatch(c -> c > 32 && c < 127)));
            }
        } catch (URISyntaxException _) {
            // said below
        }
        throw new DownloadException(
                Reason.UNREACHABLE,
                "HF_ENDPOINT is '" + text + "', not an address like " + STANDARD + "; mend or unset it");
    }

    boolean hasToken() {
        return token.isPresent();
    }

    /// The token, for the hub's own host only.
    Optional<String> tokenFor(URI uri) {
        boolean own = endpoint.getScheme().equalsIgnoreCase(uri.getScheme())
                && endpoint.getHost().equalsIgnoreCase(uri.getHost())
                && endpoint.getPort() == uri.getPort();
        return own ? token : Optional.empty();
    }

    URI resolve(String owner, String repo, String revision, String file) {
        return address("/%s/%s/resolve/%s/%s".formatted(owner, repo, revision, file), "");
    }

    private URI address(String path, String query) {
        try {
            // the constructor with parts escapes what a file name may contain
            var escaped = new URI(null, null, path, null).getRawPath();
            return URI.create(endpoint + escaped + query);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("no address: " + path, e);
        }
    }

    /// All GGUF files of a repository, with size and hash where the hub says them.
    List<RemoteFile> files(Http http, String owner, String repo) throws IOException {
        var uri = address("/api/models/" + owner + "/" + repo, "?blobs=true");
        byte[] json;
        try (var body = http.get(uri, Map.of()).body()) {
            json = body.readNBytes(LONGEST_LIST);
        }
        try {
            var files = new ArrayList<RemoteFile>();
            for (var entry : JsonMapper.shared().readTree(json).path("siblings")) {
                var name = entry.path("rfilename").asString("");
                if (Names.isGguf(name) && Names.isPlain(name)) {
                    files.add(remote(owner, repo, name, entry));
                }
            }
            return files;
        } catch (JacksonException e) {
            throw new DownloadException(
                    Reason.SERVER,
                    "%s answered with something that is no list of files (%s): is HF_ENDPOINT right?"
                            .formatted(uri, new String(json, 0, Math.min(40, json.length), UTF_8).strip()),
                    e);
        }
    }

    private RemoteFile remote(String owner, String repo, String name, JsonNode entry) {
        var lfs = entry.path("lfs");
        var hash = lfs.path("sha256").asString(lfs.path("oid").asString("")).toLowerCase(Locale.ROOT);
        long bytes = entry.path("size").asLong(lfs.path("size").asLong(-1));
        return new RemoteFile(
                name,
                resolve(owner, repo, "main", name),
                bytes < 0 ? OptionalLong.empty() : OptionalLong.of(bytes),
                Optional.of(hash).filter(h -> h.matches("[0-9a-f]{64}")));
    }
}
