/// The HTTP endpoint: a loaded model behind the protocols of Anthropic, OpenAI and Together.
///
/// ```java
/// try (var llama = Llama.load(Path.of("model.gguf"), ModelOptions.DEFAULT.withParallel(4));
///         var server = LlamaServer.start(llama, ServerOptions.DEFAULT.withPort(8080))) {
///     IO.println("listening on " + server.uri());
///     Thread.currentThread().join();
/// }
/// ```
///
/// Start at [io.github.panallama.http.LlamaServer]. It needs the modules `io.netty.codec.http` and what that requires:
/// with Maven `io.netty:netty-codec-http`, on the module path `--add-modules io.netty.codec.http`.
package io.github.panallama.http;
