package io.github.panallama.http.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.Llama;
import io.github.panallama.fixture.Models;
import io.github.panallama.limits.GenerationLimits;
import java.io.IOException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// The description of the routes, against the routes.
class OpenApiIT {
    private static JsonNode description() throws IOException {
        try (var in = Protocols.class.getResourceAsStream("/io/github/panallama/http/openapi.json")) {
            return Endpoint.JSON.readTree(in.readAllBytes());
        }
    }

    @Test
    void everyRouteIsDescribed() throws IOException {
        var described = new TreeSet<String>();
        description().get("paths").forEachEntry((path, methods) -> methods.propertyNames()
                .forEach(method -> described.add(method.toUpperCase(Locale.ROOT) + " " + path)));
        var routes = new TreeSet<>(Set.of("GET /", "GET /health", "GET /metrics", "GET /openapi.json"));
        try (var llama = Llama.load(Models.file(Models.chat()))) {
            var policy = new Policy(GenerationLimits.NONE, Optional.empty(), "m");
            Protocols.routes(llama, policy).forEach(route -> routes.add(route.method() + " " + route.path()));
        }
        assertEquals(routes, described);
    }

    @Test
    void everyReferenceIsThere() throws IOException {
        var description = description();
        var references = new HashSet<String>();
        collect(description, references);
        assertTrue(references.size() > 20);
        references.forEach(
                reference -> assertTrue(description.at(reference.substring(1)).isObject(), reference));
    }

    private static void collect(JsonNode node, Set<String> references) {
        node.optional("$ref").map(JsonNode::asString).ifPresent(references::add);
        node.forEach(child -> collect(child, references));
    }
}
