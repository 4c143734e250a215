package io.github.panallama.http.protocol;

import io.github.panallama.http.server.HttpFailure;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Reads the body of a request: a JSON object in UTF-8 whose depth and number of parts are bounded.
final class Body {
    private static final int MAX_DEPTH = 64;
    private static final int MAX_PARTS = 1 << 20; // a prompt of token ids has one per token

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxTokenCount(MAX_PARTS)
                            .maxStringLength(Integer.MAX_VALUE) // the transport bounds the whole
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS) // some of it is echoed as it came
            .build();

    private Body() {}

    /// {@return the object}
    ///
    /// @throws HttpFailure with status 400 if there is none
    static ObjectNode read(byte[] body) {
        if (parse(body) instanceof ObjectNode object) {
            check(object);
            return object;
        }
        throw HttpFailure.badRequest(null, "the body must be a JSON object");
    }

    private static JsonNode parse(byte[] body) {
        // a decoder of our own: Jackson's would guess other encodings, and let some malformed UTF-8 pass
        var text = new InputStreamReader(new ByteArrayInputStream(body), StandardCharsets.UTF_8.newDecoder());
        try {
            return MAPPER.readTree(text);
        } catch (JacksonException e) {
            throw HttpFailure.badRequest(null, "the body is not valid JSON in UTF-8: " + e.getOriginalMessage());
        }
    }

    /// Half a surrogate pair can be escaped in JSON, but is no text: neither a model nor a response can have it.
    private static void check(JsonNode node) {
        if (node.isString()) {
            check(node.stringValue());
        }
        node.propertyNames().forEach(Body::check);
        node.forEach(Body::check);
    }

    private static void check(String text) {
        if (text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            throw HttpFailure.badRequest(null, "the body has half a surrogate pair in a text");
        }
    }
}
