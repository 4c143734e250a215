package io.github.panallama.http.server;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Failures in the shape of a route.
final class Errors {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int OVERLOADED = 529; // what Anthropic's clients expect of a full queue

    private Errors() {}

    /// {@return the response to a request that fails}
    ///
    /// @param failure why
    /// @param shape how its route spells errors
    /// @param requestId its name
    /// @param headers of the response so far
    static Answer answer(HttpFailure failure, ErrorShape shape, String requestId, Map<String, String> headers) {
        var all = new TreeMap<>(headers);
        switch (failure.status()) {
            case 401 -> all.put("www-authenticate", "Bearer");
            case 503 -> all.put("retry-after", "5");
            case 504 -> all.put("x-should-retry", "false"); // the same request would take as long again
            default -> {}
        }
        return new Answer(
                status(failure, shape),
                "application/json",
                body(failure, shape, requestId).getBytes(StandardCharsets.UTF_8),
                all);
    }

    /// {@return one line of JSON}
    static String body(HttpFailure failure, ErrorShape shape, String requestId) {
        return switch (shape) {
            case ANTHROPIC -> anthropic(failure, requestId);
            case OPENAI -> openAi(failure);
        };
    }

    private static int status(HttpFailure failure, ErrorShape shape) {
        return failure.status() == 429 && shape == ErrorShape.ANTHROPIC ? OVERLOADED : failure.status();
    }

    private static String anthropic(HttpFailure failure, String requestId) {
        var body = object().put("type", "error");
        body.putObject("error")
                .put("type", anthropicType(status(failure, ErrorShape.ANTHROPIC)))
                .put("message", failure.status() == 429 ? "Overloaded" : failure.getMessage());
        return body.put("request_id", requestId).toString();
    }

    private static String anthropicType(int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 413 -> "request_too_large";
            case 504 -> "timeout_error";
            case 503, OVERLOADED -> "overloaded_error";
            default -> status < 500 ? "invalid_request_error" : "api_error";
        };
    }

    private static String openAi(HttpFailure failure) {
        var body = object();
        body.putObject("error")
                .put("message", failure.getMessage())
                .put("type", openAiType(failure.status()))
                .put("param", failure.param())
                .put("code", failure.code());
        return body.toString();
    }

    private static String openAiType(int status) {
        return status == 429 ? "rate_limit_error" : status < 500 ? "invalid_request_error" : "server_error";
    }

    private static ObjectNode object() {
        return JSON.createObjectNode();
    }
}
