package io.github.panallama.http.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.panallama.Llama;
import io.github.panallama.fixture.Models;
import io.github.panallama.fixture.TestModel;
import io.github.panallama.http.LlamaServer;
import io.github.panallama.http.ServerOptions;
import io.github.panallama.model.ModelOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A model that is served, and a client of it.
final class Endpoint implements AutoCloseable {
    static final JsonMapper JSON = JsonMapper.shared();

    private final HttpClient client = HttpClient.newHttpClient();
    private final Llama llama;
    private final LlamaServer server;

    /// A response.
    record Answer(int status, HttpResponse<?> response, JsonNode json) {
        JsonNode at(String pointer) {
            return json.at(pointer);
        }

        @Nullable
        String header(String name) {
            return response.headers().firstValue(name).orElse(null);
        }

        Answer ok() {
            assertEquals(200, status, json::toString);
            return this;
        }
    }

    /// An event of a stream; its data is JSON, or `[DONE]`.
    record Event(@Nullable String name, String data) {
        JsonNode at(String pointer) {
            return JSON.readTree(data).at(pointer);
        }
    }

    private Endpoint(TestModel model, ModelOptions loading, ServerOptions options) {
        llama = Llama.load(Models.file(model), loading.withThreads(1)); // so small a model is no faster with more
        server = LlamaServer.start(llama, options);
    }

    static Endpoint of(TestModel model) {
        return of(model, ModelOptions.DEFAULT, options -> options);
    }

    static Endpoint of(TestModel model, ModelOptions loading, UnaryOperator<ServerOptions> options) {
        return new Endpoint(model, loading, options.apply(ServerOptions.DEFAULT.withModelName("tiny")));
    }

    Llama llama() {
        return llama;
    }

    private HttpRequest.Builder request(String path, String... headers) {
        var request = HttpRequest.newBuilder(server.uri().resolve(path)).header("content-type", "application/json");
        return headers.length == 0 ? request : request.headers(headers);
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        try {
            return client.send(request, handler);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Answer get(String path) {
        return answer(send(request(path).GET().build(), BodyHandlers.ofString()));
    }

    Answer post(String path, String json, String... headers) {
        return answer(
                send(request(path, headers).POST(BodyPublishers.ofString(json)).build(), BodyHandlers.ofString()));
    }

    Answer post(String path, byte[] body) {
        return answer(send(request(path).POST(BodyPublishers.ofByteArray(body)).build(), BodyHandlers.ofString()));
    }

    private static Answer answer(HttpResponse<String> response) {
        assertEquals(
                "application/json",
                response.headers().firstValue("content-type").orElse(""));
        return new Answer(response.statusCode(), response, JSON.readTree(response.body()));
    }

    /// A stream's events, to the end.
    List<Event> events(String path, String json, String... headers) {
        return events(open(path, json, headers).body()).toList();
    }

    /// A stream that has begun.
    HttpResponse<Stream<String>> open(String path, String json, String... headers) {
        var request = request(path, headers).POST(BodyPublishers.ofString(json)).build();
        var response = send(request, BodyHandlers.ofLines());
        assertEquals(200, response.statusCode(), () -> response.body().toList().toString());
        assertEquals(
                "text/event-stream",
                response.headers().firstValue("content-type").orElse("").split(";", 2)[0]);
        return response;
    }

    /// Events, from lines.
    static Stream<Event> events(Stream<String> lines) {
        var name = new String[] {""};
        return lines.filter(line -> !line.isEmpty()).mapMulti((line, out) -> {
            if (line.startsWith("event: ")) {
                name[0] = line.substring(7);
            } else {
                assertEquals("data: ", line.substring(0, 6));
                out.accept(new Event(name[0].isEmpty() ? null : name[0], line.substring(6)));
                name[0] = "";
            }
        });
    }

    @Override
    public void close() {
        client.close();
        server.close();
        llama.close();
    }
}
