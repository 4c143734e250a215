package io.github.panallama.http.clients;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Requests without a client library.
final class PlainClient {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private PlainClient() {}

    /// What came back.
    record Answer(int status, Map<String, List<String>> headers, String text) {
        JsonNode json() {
            return JsonMapper.shared().readTree(text);
        }

        Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name)).map(List::getFirst);
        }

        /// The number that is there, by its path such as `/usage/total_tokens`.
        int number(String pointer) {
            return json().at(pointer).asInt();
        }

        String string(String pointer) {
            return json().at(pointer).asString();
        }
    }

    static Answer get(URI server, String path) {
        return send(request(server, path).GET().build());
    }

    static Answer post(URI server, String path, Map<String, ?> body, String... headers) {
        return post(server, path, JsonMapper.shared().writeValueAsString(body), headers);
    }

    static Answer post(URI server, String path, String body, String... headers) {
        var request = request(server, path)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    /// A body with one more field, or another value of one.
    static Map<String, Object> with(Map<String, ?> body, String field, Object value) {
        var copy = new LinkedHashMap<String, Object>(body);
        copy.put(field, value);
        return copy;
    }

    static HttpRequest.Builder request(URI server, String path) {
        return HttpRequest.newBuilder(URI.create(server + path));
    }

    private static Answer send(HttpRequest request) {
        try {
            var response = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.headers().map(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
