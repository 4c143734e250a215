package io.github.panallama.http.server;

import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Which request goes where, and whether it may: decided by its head alone, before its body is read.
final class Gate {
    private static final Set<String> OPEN = Set.of("/", "/health", "/openapi.json");
    private static final String BEARER = "Bearer ";

    private final Map<String, Map<String, Route>> routes = new LinkedHashMap<>(); // by path, then by method
    private final List<byte[]> keys;

    /// @param routes by path and method
    /// @param keys one of which must be sent, unless there is none
    Gate(List<Route> routes, List<String> keys) {
        for (var route : routes) {
            this.routes
                    .computeIfAbsent(route.path(), _ -> new LinkedHashMap<>())
                    .put(route.method(), route);
        }
        this.keys = keys.stream().map(Gate::digest).toList();
    }

    /// {@return how errors are spelled on a path, known or not}
    static ErrorShape shape(String path) {
        return path.startsWith("/v1/messages") ? ErrorShape.ANTHROPIC : ErrorShape.OPENAI;
    }

    /// {@return who answers a request}
    ///
    /// @throws HttpFailure if nobody does, or not to this client
    Route admit(String method, String path, HttpHeaders headers) {
        var known = routes.get(path);
        if (known == null) {
            throw new HttpFailure(404, "there is no %s here".formatted(path), null, null);
        }
        if (!keys.isEmpty() && !OPEN.contains(path) && !hasKey(headers)) {
            throw new HttpFailure(
                    401,
                    "the API key is missing or wrong: send it as x-api-key, or as Authorization: Bearer",
                    null,
                    "invalid_api_key");
        }
        var route = known.get(method.equals("HEAD") ? "GET" : method);
        if (route == null) {
            throw new HttpFailure(
                    405, "%s does not take %s: use %s".formatted(path, method, methods(path)), null, null);
        }
        return route;
    }

    /// {@return the methods that a path takes, as a header says it; empty for a path that is not there}
    String methods(String path) {
        var methods = new TreeSet<>(routes.getOrDefault(path, Map.of()).keySet());
        if (methods.contains("GET")) {
            methods.add("HEAD");
        }
        if (!methods.isEmpty()) {
            methods.add("OPTIONS");
        }
        return String.join(", ", methods);
    }

    /// Digests have one length, and every key is compared: the time it takes tells nothing.
    private boolean hasKey(HttpHeaders headers) {
        var bearer = Optional.ofNullable(headers.get("authorization"))
                .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .map(value -> value.substring(BEARER.length()).strip());
        var sent = Optional.ofNullable(headers.get("x-api-key"));
        boolean found = false;
        for (var key : keys) {
            found |= matches(key, sent);
            found |= matches(key, bearer);
        }
        return found;
    }

    private static boolean matches(byte[] key, Optional<String> sent) {
        return MessageDigest.isEqual(key, digest(sent.orElse("")));
    }

    private static byte[] digest(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
