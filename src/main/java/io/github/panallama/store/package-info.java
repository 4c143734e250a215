/// The model store: models by name, on this machine once and checked.
///
/// A [ModelRef] says which model: a file, a name from the [Manifest], or a file of the Hugging Face hub. A [ModelStore]
/// finds it or [pulls][ModelStore#pull(ModelRef, Progress)] it: resumable, checked against size and SHA-256, moved into
/// place in one step, and safe to ask for from several processes at once. What cannot be had is a [DownloadException]
/// that says what to do.
///
/// ```java
/// var store = ModelStore.open();
/// Path model = store.pull(ModelRef.parse("smollm2"));
/// store.list().forEach(IO::println);
/// ```
package io.github.panallama.store;
