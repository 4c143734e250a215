package io.github.panallama.http.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.fixture.TestVocabulary;
import io.github.panallama.http.clients.PlainClient.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// An operator's limits of 10 to 500 tokens, on every route: what is applied, and how it is said.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LimitsIT {
    private static final int CONTEXT = 4_096;

    @AutoClose
    private final Servers servers = Servers.start("limits", "strict");

    private static void said(Answer answer, Optional<String> requested, int applied, String reasons) {
        assertEquals(200, answer.status(), answer::text);
        assertEquals(requested, answer.header("x-max-tokens-requested"));
        assertEquals(Optional.of("" + applied), answer.header("x-max-tokens-applied"));
        assertEquals(Optional.of(reasons), answer.header("x-max-tokens-reason"));
    }

    /// R2-9, R2-10, A51, A54: L1 to L3.
    @ParameterizedTest
    @EnumSource
    void clamped(PlainRoute route) {
        var limits = servers.uri("limits");
        said(route.ask(limits, 200), Optional.of("200"), 200, "user");
        said(route.ask(limits, 2_000), Optional.of("2000"), 500, "user,admin_max");
        var few = route.ask(limits, 3);
        said(few, Optional.of("3"), 10, "user,admin_min");
        assertEquals(10, route.tokens(few));
        assertEquals(0, route.tokens(route.ask(limits, 0)), "nothing is nothing");
    }

    /// L4, L5.
    @ParameterizedTest
    @EnumSource
    void refused(PlainRoute route) {
        var strict = servers.uri("strict");
        var many = route.ask(strict, 2_000);
        assertEquals(400, many.status());
        assertEquals("max_tokens: 2000 > 500, the maximum allowed", route.error(many));
        assertEquals(400, route.ask(strict, 3).status());
        said(route.ask(strict, 500), Optional.of("500"), 500, "user");
    }

    /// L8: what is applied to those who ask for nothing.
    @Test
    void defaults() {
        var none = Optional.<String>empty();
        said(ask(PlainRoute.CHAT, PlainRoute.CHAT.body), none, 50, "default_dynamic");
        said(ask(PlainRoute.CHAT_COMPLETIONS, PlainRoute.CHAT_COMPLETIONS.body), none, 50, "default_dynamic");
        said(ask(PlainRoute.COMPLETIONS, PlainRoute.COMPLETIONS.body), none, 16, "protocol_default");
        said(ask(PlainRoute.INFERENCE, PlainRoute.INFERENCE.body), none, 500, "protocol_default,admin_max");
        assertEquals(400, ask(PlainRoute.MESSAGES, PlainRoute.MESSAGES.body).status());
    }

    private Answer ask(PlainRoute route, Map<String, ?> body) {
        return PlainClient.post(servers.uri("limits"), route.path, body);
    }

    /// R2-7, R0-11, A52: L9 to L12, prompts given as tokens.
    @ParameterizedTest
    @CsvSource({
        "3900, 500, 196, 'user,context_room'",
        "4090, 500, 6, 'user,context_room'",
        "4095, 500, 1, 'user,context_room'",
        "4046, 50, 50, user",
    })
    void room(int promptTokens, int asked, int applied, String reasons) {
        var answer = prompt(promptTokens, asked);
        said(answer, Optional.of("" + asked), applied, reasons);
        assertEquals(applied, answer.number("/usage/completion_tokens"));
        assertEquals(promptTokens, answer.number("/usage/prompt_tokens"));
        assertTrue(answer.number("/usage/total_tokens") <= CONTEXT);
        assertEquals("length", answer.string("/choices/0/finish_reason"));
    }

    @Test
    void noRoom() {
        var answer = prompt(CONTEXT, 10);
        assertEquals(400, answer.status());
        assertEquals("context_length_exceeded", answer.string("/error/code"));
        assertTrue(answer.string("/error/message").startsWith("This model's maximum context length is 4096 tokens"));
        assertEquals(200, prompt(CONTEXT, 0).status(), "no tokens need no room");
    }

    private Answer prompt(int tokens, int maxTokens) {
        var vocabulary = ClientModels.LOOP.vocabulary();
        var ids = new ArrayList<Integer>(List.of(TestVocabulary.BOS));
        while (ids.size() < tokens - 1) {
            ids.add(vocabulary.id("▁the"));
        }
        ids.add(vocabulary.id("<0x0A>"));
        var body = Map.of("model", "m", "prompt", ids, "max_tokens", maxTokens);
        return PlainClient.post(servers.uri("limits"), "/v1/completions", body);
    }

    /// R2-5, A53: L6, L7.
    @Test
    void presets() {
        var presets = Map.of("short", 50, "Medium", 150, "LONG", 500);
        presets.forEach((name, tokens) -> {
            var named = ask(PlainRoute.CHAT, Map.of("prompt", "hi", "temperature", 0, "response_length", name));
            said(named, Optional.empty(), tokens, "preset");
            assertEquals(tokens, named.number("/usage/completion_tokens"));
            var counted = ask(PlainRoute.CHAT, Map.of("prompt", "hi", "temperature", 0, "max_tokens", tokens));
            assertEquals(counted.string("/text"), named.string("/text"));
            assertEquals("[\"preset\"]", named.json().at("/limits/reasons").toString());
        });
        var unknown = ask(PlainRoute.CHAT, Map.of("prompt", "hi", "response_length", "huge"));
        assertEquals(400, unknown.status());
        for (var name : List.of("short", "medium", "long")) {
            assertTrue(unknown.string("/error/message").contains(name), unknown::text);
        }
        var both = Map.of("prompt", "hi", "response_length", "short", "max_tokens", 5);
        assertEquals(400, ask(PlainRoute.CHAT, both).status());
    }
}
