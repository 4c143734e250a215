/// GGUF files: what a model file says about itself, read without loading the model.
///
/// [GgufFile] is one file: its [metadata][GgufValue] in order, its [tensors][GgufTensor], its sizes. Reading checks
/// every length, count and offset against the real file first, so a damaged or hostile file ends in a
/// [GgufException] that says what is wrong, where, and what to do.
///
/// ```java
/// var file = GgufFile.read(Path.of("model.gguf"));
/// IO.println(file.architecture() + " " + file.fileType() + " " + file.tensorBytes());
/// file.metadata().forEach((key, value) -> IO.println(key + " = " + value));
/// ```
package io.github.panallama.gguf;
