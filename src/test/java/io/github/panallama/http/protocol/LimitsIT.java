package io.github.panallama.http.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.fixture.BigramModel;
import io.github.panallama.fixture.TestVocabulary;
import io.github.panallama.limits.GenerationLimits;
import io.github.panallama.limits.OnViolation;
import io.github.panallama.model.ModelOptions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The table of limits on every route, with a model that never ends a text by itself.
class LimitsIT {
    private static final BigramModel MODEL = BigramModel.builder(TestVocabulary.chat())
            .name("endless")
            .never("</s>", "<|im_end|>")
            .build();
    private static final GenerationLimits BOUNDED = GenerationLimits.of(10, 500);

    /// A route, and what its requests look like.
    enum Protocol {
        MESSAGES("/v1/messages", "\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":%s}]"),
        COMPLETIONS("/v1/completions", "\"prompt\":%s"),
        CHAT_COMPLETIONS("/v1/chat/completions", "\"messages\":[{\"role\":\"user\",\"content\":%s}]"),
        INFERENCE("/inference", "\"prompt\":%s"),
        CHAT("/chat", "\"prompt\":%s");

        private final String path;
        private final String body;

        Protocol(String path, String body) {
            this.path = path;
            this.body = body;
        }

        boolean raw() {
            return this == COMPLETIONS || this == INFERENCE;
        }

        /// A request whose prompt has this many tokens.
        Endpoint.Answer post(Endpoint endpoint, int tokens, String rest) {
            var text = "0".repeat(tokens - frame(endpoint));
            return endpoint.post(path, "{%s%s}".formatted(body.formatted("\"" + text + "\""), rest));
        }

        /// The tokens around a text: each 0 is one of its own.
        private int frame(Endpoint endpoint) {
            return raw()
                    ? endpoint.llama().countTokens("00") - 2
                    : endpoint.post("/v1/messages/count_tokens", "{%s}".formatted(MESSAGES.body.formatted("\"00\"")))
                                    .at("/input_tokens")
                                    .asInt()
                            - 2;
        }

        int generated(Endpoint.Answer answer) {
            return switch (this) {
                case MESSAGES -> answer.at("/usage/output_tokens").asInt();
                case INFERENCE -> Integer.parseInt(String.valueOf(answer.header("x-max-tokens-applied")));
                default -> answer.at("/usage/completion_tokens").asInt();
            };
        }
    }

    /// An endpoint whose requests have 1,024 tokens of context.
    private static Endpoint endpoint(GenerationLimits limits) {
        return endpoint(limits, 1024);
    }

    private static Endpoint endpoint(GenerationLimits limits, int context) {
        var loading = ModelOptions.DEFAULT.withContextSize(context);
        return Endpoint.of(MODEL, loading, options -> options.withLimits(limits));
    }

    private static void applied(
            Endpoint endpoint, Protocol protocol, int prompt, String rest, int tokens, String reasons) {
        var answer = protocol.post(endpoint, prompt, rest).ok();
        assertEquals(Integer.toString(tokens), answer.header("x-max-tokens-applied"), protocol + rest);
        assertEquals(reasons, answer.header("x-max-tokens-reason"), protocol + rest);
        assertEquals(tokens, protocol.generated(answer), protocol + rest);
    }

    private static void refused(Endpoint endpoint, Protocol protocol, int prompt, String rest, String message) {
        var answer = protocol.post(endpoint, prompt, rest);
        assertEquals(400, answer.status(), protocol + rest);
        var said = answer.at("/error/message").asString();
        assertTrue(said.contains(message), said);
    }

    private static String max(int tokens) {
        return ",\"max_tokens\":" + tokens;
    }

    @ParameterizedTest
    @EnumSource
    void withinBounds_L1_L2_L3_A51(Protocol protocol) {
        try (var endpoint = endpoint(BOUNDED)) {
            applied(endpoint, protocol, 40, max(200), 200, "user");
            applied(endpoint, protocol, 40, max(2000), 500, "user,admin_max");
            applied(endpoint, protocol, 40, max(3), 10, "user,admin_min");
            assertEquals("2000", protocol.post(endpoint, 40, max(2000)).header("x-max-tokens-requested"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void boundsThatReject_L4_L5_A51(Protocol protocol) {
        var strict = BOUNDED.withAbove(OnViolation.REJECT).withBelow(OnViolation.REJECT);
        try (var endpoint = endpoint(strict)) {
            refused(endpoint, protocol, 40, max(2000), "max_tokens: 2000 > 500, the maximum allowed");
            refused(endpoint, protocol, 40, max(3), "max_tokens: 3 < 10");
            applied(endpoint, protocol, 40, max(11), 11, "user");
        }
    }

    @Test
    void defaultsFollowThePrompt_L8_L9() {
        try (var endpoint = endpoint(BOUNDED, 4096)) {
            for (var protocol : List.of(Protocol.CHAT, Protocol.CHAT_COMPLETIONS)) {
                applied(endpoint, protocol, 40, "", 50, "default_dynamic");
                applied(endpoint, protocol, 300, "", 150, "default_dynamic");
                applied(endpoint, protocol, 2000, "", 500, "default_dynamic");
            }
            applied(endpoint, Protocol.COMPLETIONS, 40, "", 16, "protocol_default");
            applied(endpoint, Protocol.INFERENCE, 40, "", 500, "protocol_default,admin_max");
        }
    }

    @ParameterizedTest
    @EnumSource
    void theContextBoundsThemAll_L10_L11_L12_A52(Protocol protocol) {
        try (var endpoint = endpoint(BOUNDED, 512)) {
            applied(endpoint, protocol, 316, max(500), 196, "user,context_room");
            applied(endpoint, protocol, 506, max(500), 6, "user,context_room");
            applied(endpoint, protocol, 511, max(500), 1, "user,context_room");
            var full = protocol.post(endpoint, 512, max(500));
            assertEquals(400, full.status());
            if (protocol != Protocol.MESSAGES) {
                assertEquals("context_length_exceeded", full.at("/error/code").asString());
            }
            applied(endpoint, protocol, 512, max(0), 0, "user");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNoNumberOfTokens_L13_A56(Protocol protocol) {
        try (var endpoint = endpoint(BOUNDED)) {
            for (var wrong : List.of("\"200\"", "1.5", "-5", "true", "1e99", "[]", "{}")) {
                refused(endpoint, protocol, 40, ",\"max_tokens\":" + wrong, "max_tokens");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothing_L14(Protocol protocol) {
        try (var endpoint = endpoint(BOUNDED)) {
            applied(endpoint, protocol, 40, max(0), 0, "user");
        }
    }

    @ParameterizedTest
    @EnumSource
    void withoutLimits_L15_L16_A54(Protocol protocol) {
        try (var endpoint = endpoint(GenerationLimits.NONE, 256)) {
            applied(endpoint, protocol, 40, max(1), 1, "user");
            applied(endpoint, protocol, 40, max(4096), 216, "user,context_room");
        }
    }

    @Test
    void withoutLimitsAndWithoutANumberAChatMayFillTheContext() {
        try (var endpoint = endpoint(GenerationLimits.NONE, 256)) {
            applied(endpoint, Protocol.CHAT, 200, "", 56, "context_room");
            applied(endpoint, Protocol.CHAT_COMPLETIONS, 200, ",\"max_tokens\":null", 56, "context_room");
        }
    }

    @ParameterizedTest
    @EnumSource
    void onlyAMaximum_L18(Protocol protocol) {
        try (var endpoint = endpoint(GenerationLimits.NONE.withMax(100), 256)) {
            applied(endpoint, protocol, 40, max(5000), 100, "user,admin_max");
        }
    }
}
