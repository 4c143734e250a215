package io.github.panallama.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import org.junit.jupiter.api.Test;

/// The page for people and the description for programs.
class PagesTest extends HttpCase {
    @Test
    void thePageTalksToThisEndpointOnly() {
        start(ServerOptions.DEFAULT.withApiKeys("one"));
        try (var wire = wire()) {
            var answer = wire.get("/").read();
            assertEquals(200, answer.status(), "open to all: it asks for the key itself");
            assertEquals("text/html; charset=utf-8", answer.header("content-type"));
            var policy = answer.header("content-security-policy");
            assertTrue(policy.contains("default-src 'none'") && policy.contains("connect-src 'self'"), policy);
            assertTrue(answer.body().toLowerCase(Locale.ROOT).startsWith("<!doctype html>"));
        }
    }

    @Test
    void theDescription() {
        try (var wire = wire()) {
            var answer = wire.get("/openapi.json").read();
            assertEquals("application/json", answer.header("content-type"));
            assertTrue(json(answer).get("openapi").asString().startsWith("3."));
        }
    }

    @Test
    void withoutThePage() {
        start(ServerOptions.DEFAULT.withPage(false));
        try (var wire = wire()) {
            assertEquals(404, wire.get("/").read().status());
        }
    }
}
