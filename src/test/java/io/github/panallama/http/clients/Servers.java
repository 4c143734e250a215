package io.github.panallama.http.clients;

import io.github.panallama.Llama;
import io.github.panallama.fixture.RealModel;
import io.github.panallama.http.LlamaServer;
import io.github.panallama.http.ServerOptions;
import io.github.panallama.limits.GenerationLimits;
import io.github.panallama.limits.OnViolation;
import io.github.panallama.model.ModelOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/// Servers in this process, each with a model and a setting of its own, for the clients to talk to.
///
/// | name | what it is |
/// |---|---|
/// | `hello`, `loop`, `split`, `dice`, `tools`, `caller` | the models of [ClientModels] |
/// | `prose` | a real model |
/// | `locked` | `hello` for those with the key `k` |
/// | `busy` | `loop` with one place and nowhere to wait |
/// | `limits`, `strict` | `loop` for 10 to 500 tokens: other wishes are clamped, or refused |
/// | `fuzz` | `hello` for 8 tokens at most, so that much can be asked in little time |
/// | `load` | a real model with eight places |
final class Servers implements AutoCloseable {
    private static final int LONG = 32_768;

    /// Leaves a core to the clients: two threads of which one has no core wait for each other with every matrix.
    private static final ModelOptions ONE_THREAD = ModelOptions.DEFAULT.withThreads(1);

    private static final String SCORED = "the sand is";

    private final Map<String, LlamaServer> servers = new TreeMap<>();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private Map<String, Object> expected = Map.of();

    /// Starts the servers with these names.
    static Servers start(String... names) {
        var servers = new Servers();
        try {
            for (var name : names) {
                servers.start(name);
            }
            return servers;
        } catch (Throwable e) {
            servers.close();
            throw e;
        }
    }

    private void start(String name) {
        var shared = ONE_THREAD.withParallel(2);
        var limits = GenerationLimits.of(10, 500);
        switch (name) {
            case "hello" -> start(name, ClientModels.HELLO.file(), shared, ServerOptions.DEFAULT);
            case "loop" -> start(name, ClientModels.LOOP.file(), shared, ServerOptions.DEFAULT);
            case "tools" -> start(name, ClientModels.TOOLS.file(), shared, ServerOptions.DEFAULT);
            case "caller" -> start(name, ClientModels.CALLER.file(), shared, ServerOptions.DEFAULT);
            case "split" -> start(name, ClientModels.SPLIT.file(), shared, ServerOptions.DEFAULT);
            case "dice" -> {
                var llama = start(name, ClientModels.DICE.file(), shared, ServerOptions.DEFAULT);
                expected = ClientModels.expected(SCORED, llama.tokenize(SCORED));
            }
            case "prose" -> start(name, RealModel.smollm2(), shared.withContextSize(2_048), ServerOptions.DEFAULT);
            case "locked" ->
                start(name, ClientModels.HELLO.file(), shared, ServerOptions.DEFAULT.withApiKeys("other", "k"));
            case "busy" -> {
                var one = ONE_THREAD.withQueue(0).withContextSize(LONG);
                start(name, ClientModels.LOOP.file(), one, ServerOptions.DEFAULT);
            }
            case "limits" -> {
                var options = ServerOptions.DEFAULT.withLimits(limits);
                start(name, ClientModels.LOOP.file(), shared.withContextSize(4_096), options);
            }
            case "strict" -> {
                var reject = limits.withAbove(OnViolation.REJECT).withBelow(OnViolation.REJECT);
                start(name, ClientModels.LOOP.file(), shared, ServerOptions.DEFAULT.withLimits(reject));
            }
            case "fuzz" -> {
                var few = ServerOptions.DEFAULT.withLimits(GenerationLimits.NONE.withMax(8));
                start(name, ClientModels.HELLO.file(), shared.withContextSize(256), few);
            }
            case "load" -> {
                var eight = ONE_THREAD.withParallel(8).withContextSize(512);
                start(name, RealModel.smollm2(), eight, ServerOptions.DEFAULT);
            }
            default -> throw new IllegalArgumentException("no server named " + name);
        }
    }

    private Llama start(String name, Path model, ModelOptions options, ServerOptions serving) {
        var llama = Llama.load(model, options);
        open.push(llama);
        var server = LlamaServer.start(llama, serving);
        open.push(server);
        servers.put(name, server);
        return llama;
    }

    /// Where a server is, without a slash at the end.
    URI uri(String name) {
        var server = Objects.requireNonNull(servers.get(name), name);
        return URI.create(server.uri().toString().replaceFirst("/$", ""));
    }

    /// A file that tells scripts where the servers are and what they answer.
    Path describe(Path folder) throws IOException {
        var urls = new TreeMap<String, String>();
        servers.keySet().forEach(name -> urls.put(name, uri(name).toString()));
        var content = JsonMapper.shared().writeValueAsBytes(Map.of("urls", urls, "expected", expected));
        return Files.write(Files.createDirectories(folder).resolve("servers.json"), content);
    }

    @Override
    public void close() {
        List<Exception> failures = new ArrayList<>();
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            throw new IllegalStateException("cannot close the servers", failures.getFirst());
        }
    }
}
