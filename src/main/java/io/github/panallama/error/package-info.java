/// Everything that can go wrong: [LlamaException] and its subclasses, all unchecked.
///
/// A wrong argument is an [IllegalArgumentException] where it is given; use after close is an [IllegalStateException].
/// Reading a file or the network raises [java.io.IOException].
package io.github.panallama.error;
