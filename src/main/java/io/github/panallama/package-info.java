/// llama.cpp for the JVM: the door.
///
/// [Llama] is a loaded model, [Generation] a completion in the making. What they take and give are values in the
/// packages
/// beside this one: `model` (how to load), `completion` and `sampling` (how to generate), `chat` (messages).
///
/// ```java
/// import module panallama;
///
/// void main() {
///     try (var llama = Llama.load(Path.of("model.gguf"))) {
///         IO.println(llama.complete("The capital of France is"));
///     }
/// }
/// ```
package io.github.panallama;
