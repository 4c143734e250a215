package io.github.panallama.http.clients;

import java.net.URI;
import java.util.List;
import java.util.Map;

/// The routes that generate, as a request without a client library sees them. Each body makes the model `loop` answer
/// `hello hello …`.
enum PlainRoute {
    MESSAGES("/v1/messages", Map.of("model", "m", "messages", turn()), "/usage/output_tokens"),
    COMPLETIONS("/v1/completions", Map.of("model", "m", "prompt", "x\n"), "/usage/completion_tokens"),
    CHAT_COMPLETIONS("/v1/chat/completions", Map.of("model", "m", "messages", turn()), "/usage/completion_tokens"),
    INFERENCE("/inference", Map.of("model", "m", "prompt", "x\n"), ""),
    CHAT("/chat", Map.of("prompt", "hi"), "/usage/completion_tokens");

    final String path;

    @SuppressWarnings("ImmutableEnumChecker") // made by Map.of
    final Map<String, Object> body;

    private final String tokens;

    PlainRoute(String path, Map<String, Object> body, String tokens) {
        this.path = path;
        this.body = body;
        this.tokens = tokens;
    }

    private static List<Map<String, String>> turn() {
        return List.of(Map.of("role", "user", "content", "hi"));
    }

    /// A request for so many tokens, which can also be something that is no number.
    PlainClient.Answer ask(URI server, Object maxTokens) {
        return PlainClient.post(server, path, PlainClient.with(body, "max_tokens", maxTokens));
    }

    /// How many tokens were generated; where the answer does not say, they are counted: `hello ` has five.
    int tokens(PlainClient.Answer answer) {
        if (!tokens.isEmpty()) {
            return answer.number(tokens);
        }
        var text = answer.string("/output/choices/0/text");
        return text.length() / 6 * 5 + new int[] {0, 1, 1, 2, 3, 4}[text.length() % 6];
    }

    /// The message of an error, in this route's shape.
    String error(PlainClient.Answer answer) {
        if (this == MESSAGES && !answer.string("/type").equals("error")) {
            throw new AssertionError("not the shape of Anthropic: " + answer.text());
        }
        if (this != MESSAGES && answer.json().at("/error/param").isMissingNode()) {
            throw new AssertionError("not the shape of OpenAI: " + answer.text());
        }
        return answer.string("/error/message");
    }
}
