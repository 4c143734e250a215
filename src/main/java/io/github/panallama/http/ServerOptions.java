package io.github.panallama.http;

import io.github.panallama.limits.GenerationLimits;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// How the endpoint serves.
///
/// @param bind where it listens
/// @param access who may use it
/// @param bounds what a client may cost
/// @param page whether `GET /` is a page for people
/// @param limits how many tokens a request may have
/// @param system instructions for chats that bring none
/// @param modelName what the model is called in `/v1/models`
/// @param log gets a line of JSON for each request, without prompts and answers; called from any thread
public record ServerOptions(
        Bind bind,
        Access access,
        Bounds bounds,
        boolean page,
        GenerationLimits limits,
        Optional<String> system,
        String modelName,
        Consumer<String> log) {

    /// This machine only, any free port, no keys, no limits, the page, no log.
    public static final ServerOptions DEFAULT = new ServerOptions(
            Bind.DEFAULT,
            Access.DEFAULT,
            Bounds.DEFAULT,
            true,
            GenerationLimits.NONE,
            Optional.empty(),
            "model",
            _ -> {});

    /// Checks the values.
    public ServerOptions {
        if (modelName.isBlank()) {
            throw new IllegalArgumentException("modelName is empty");
        }
    }

    /// {@return a copy that listens elsewhere}
    ///
    /// @param bind see the component
    public ServerOptions withBind(Bind bind) {
        return new ServerOptions(bind, access, bounds, page, limits, system, modelName, log);
    }

    /// {@return a copy for others}
    ///
    /// @param access see the component
    public ServerOptions withAccess(Access access) {
        return new ServerOptions(bind, access, bounds, page, limits, system, modelName, log);
    }

    /// {@return a copy with other bounds}
    ///
    /// @param bounds see the component
    public ServerOptions withBounds(Bounds bounds) {
        return new ServerOptions(bind, access, bounds, page, limits, system, modelName, log);
    }

    /// {@return a copy with or without the page}
    ///
    /// @param page see the component
    public ServerOptions withPage(boolean page) {
        return new ServerOptions(bind, access, bounds, page, limits, system, modelName, log);
    }

    /// {@return a copy with other limits on tokens}
    ///
    /// @param limits see the component
    public ServerOptions withLimits(GenerationLimits limits) {
        return new ServerOptions(bind, access, bounds, page, limits, system, modelName, log);
    }

    /// {@return a copy with other instructions}
    ///
    /// @param system see the component
    public ServerOptions withSystem(Optional<String> system) {
        return new ServerOptions(bind, access, bounds, page, limits, system, modelName, log);
    }

    /// {@return a copy with another name}
    ///
    /// @param modelName see the component
    public ServerOptions withModelName(String modelName) {
        return new ServerOptions(bind, access, bounds, page, limits, system, modelName, log);
    }

    /// {@return a copy that logs elsewhere}
    ///
    /// @param log see the component
    public ServerOptions withLog(Consumer<String> log) {
        return new ServerOptions(bind, access, bounds, page, limits, system, modelName, log);
    }

    /// {@return a copy that listens on another port}
    ///
    /// @param port 0..65535; 0 = any free one
    public ServerOptions withPort(int port) {
        return withBind(bind.withPort(port));
    }

    /// {@return a copy with other API keys}
    ///
    /// @param apiKeys one of these must be sent; none = nothing is asked for
    public ServerOptions withApiKeys(String... apiKeys) {
        return withAccess(access.withApiKeys(List.of(apiKeys)));
    }
}
