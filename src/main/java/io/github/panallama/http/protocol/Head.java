package io.github.panallama.http.protocol;

import io.github.panallama.completion.Usage;
import io.github.panallama.http.wire.Json;
import io.github.panallama.http.wire.TokenUsage;
import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/// What all objects of one of OpenAI's answers begin with.
///
/// @param id of the answer
/// @param created when, in seconds since 1970
/// @param model as the request named it
record Head(String id, long created, String model) {
    static Head of(String prefix, String model) {
        return new Head(Ids.next(prefix), Instant.now().getEpochSecond(), model);
    }

    /// {@return an object that begins so}
    ObjectNode object(String type) {
        return Json.object()
                .put("id", id)
                .put("object", type)
                .put("created", created)
                .put("model", model)
                .put("system_fingerprint", "panallama");
    }

    /// {@return the last piece of a stream, with the tokens used}
    ObjectNode last(String type, Usage usage) {
        var json = object(type);
        json.putArray("choices");
        return json.set("usage", Json.tree(TokenUsage.of(usage)));
    }
}
