package io.github.panallama.cli;

import io.github.panallama.Llama;
import io.github.panallama.http.LlamaServer;
import io.github.panallama.http.ServerOptions;
import io.github.panallama.model.ModelOptions;
import io.github.panallama.store.ModelRef;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jline.utils.Signals;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `serve`: the HTTP endpoint.
@Command(
        name = "serve",
        sortOptions = false,
        synopsisHeading = "",
        customSynopsis = "Usage: scripts/llama serve [OPTIONS]",
        description = "Serve the model over HTTP, to clients of Anthropic, OpenAI and Together and to a browser, "
                + "until Ctrl-C.",
        footer = {"", "Example: scripts/llama serve --port 8080"})
final class ServeCommand implements Callable<Integer> {
    private static final int PARALLEL = 4;
    private static final int QUEUE = 64;

    @Mixin
    ServerArguments server = new ServerArguments();

    @Mixin
    ModelArguments model = new ModelArguments();

    @Option(names = "--queue", paramLabel = "N", description = "Requests that may wait, 0 = none. Default: 64.")
    int queue = QUEUE;

    @Mixin
    CommonArguments common = new CommonArguments();

    private final Console console;
    private final CountDownLatch stop = new CountDownLatch(1);

    ServeCommand(Console console) {
        this.console = console;
    }

    /// {@return how the model is loaded}
    ModelOptions loading() {
        var options = model.options(common.verbose).withQueue(queue);
        return model.parallel == null ? options.withParallel(PARALLEL) : options;
    }

    /// {@return how it is served}
    ///
    /// @param modelName what the model is called
    ServerOptions serving(String modelName) {
        var options = server.options(modelName);
        return common.quiet ? options : options.withLog(console::note);
    }

    @Override
    public Integer call() throws IOException {
        var loading = loading();
        var ref = Models.ref(model.model);
        var serving = serving(ref.toString()); // what is wrong with the options is said before a model is pulled
        try (var llama = load(ref, loading);
                var endpoint = LlamaServer.start(llama, serving)) {
            Signals.register("INT", this::stop);
            Signals.register("TERM", this::stop);
            console.showLine("listening on " + endpoint.uri());
            stop.await();
        } catch (InterruptedException e) { // as good as a signal
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    private Llama load(ModelRef ref, ModelOptions loading) throws IOException {
        try (var _ = Interrupt.section()) {
            var found = Models.open(console, model.offline).pull(ref, common.quiet);
            return Llama.load(found.file(), loading);
        }
    }

    /// The first signal has the endpoint finish, the second ends the process as it is.
    private void stop() {
        if (stop.getCount() == 0) {
            Runtime.getRuntime().halt(Failure.INTERRUPTED);
        }
        stop.countDown();
    }
}
