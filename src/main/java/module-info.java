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

    // the endpoint only
    requires static io.netty.buffer;
    requires static io.netty.codec;
    requires static io.netty.codec.http;
    requires static io.netty.common;
    requires static io.netty.transport;

    opens io.github.panallama.cli to
            info.picocli,
            tools.jackson.databind;
    opens io.github.panallama.http.wire to
            tools.jackson.databind;
    opens io.github.panallama.isolation to
            tools.jackson.databind;

    exports io.github.panallama;
    exports io.github.panallama.chat;
    exports io.github.panallama.completion;
    exports io.github.panallama.error;
    exports io.github.panallama.gguf;
    exports io.github.panallama.http;
    exports io.github.panallama.limits;
    exports io.github.panallama.memory;
    exports io.github.panallama.model;
    exports io.github.panallama.sampling;
    exports io.github.panallama.store;
}
