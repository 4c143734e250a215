package io.github.panallama.http.protocol;

import io.github.panallama.Llama;
import io.github.panallama.http.server.ErrorShape;
import io.github.panallama.http.server.Handler;
import io.github.panallama.http.server.Route;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// The routes that a model answers.
public final class Protocols {
    private Protocols() {}

    /// {@return the routes}
    ///
    /// @param llama the model
    /// @param policy how its operator wants it served
    public static List<Route> routes(Llama llama, Policy policy) {
        var service = new Service(llama, policy);
        var routes = new ArrayList<Route>();
        add(routes, llama, ErrorShape.ANTHROPIC, new Messages(service), "/v1/messages");
        add(routes, llama, ErrorShape.ANTHROPIC, new Messages.Count(service), "/v1/messages/count_tokens");
        add(routes, llama, ErrorShape.OPENAI, new Completions(service), "/v1/completions", "/completions");
        add(
                routes,
                llama,
                ErrorShape.OPENAI,
                new ChatCompletions(service),
                "/v1/chat/completions",
                "/chat/completions");
        add(routes, llama, ErrorShape.OPENAI, new Inference(service), "/inference", "/api/inference");
        add(routes, llama, ErrorShape.OPENAI, new SimpleChat(service), "/chat");
        var models = new Models(service, Instant.now());
        routes.add(new Route("GET", "/v1/models", ErrorShape.OPENAI, models));
        routes.add(new Route("GET", "/models", ErrorShape.OPENAI, models));
        return List.copyOf(routes);
    }

    private static void add(List<Route> routes, Llama llama, ErrorShape errors, Handler handler, String... paths) {
        for (var path : paths) {
            routes.add(new Route("POST", path, errors, Refusals.over(llama, handler)));
        }
    }
}
