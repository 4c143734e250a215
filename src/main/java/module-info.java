/// llama.cpp for the JVM: load a GGUF model and get completions, chat replies and log-probabilities in your own
/// process.
///
/// Start at [io.github.panallama.Llama].
@org.jspecify.annotations.NullMarked
module panallama {
    requires static org.jspecify;
    requires java.net.http;
    requires tools.jackson.databind;

    // the command line only: a library user needs neither
    requires static info.picocli;
    requires static org.jline.reader;
    requires static org.jline.terminal;

    opens io.github.panallama.cli to
            info.picocli,
            tools.jackson.databind;

    exports io.github.panallama;
    exports io.github.panallama.chat;
    exports io.github.panallama.completion;
    exports io.github.panallama.error;
    exports io.github.panallama.gguf;
    exports io.github.panallama.limits;
    exports io.github.panallama.model;
    exports io.github.panallama.sampling;
    exports io.github.panallama.store;
}
