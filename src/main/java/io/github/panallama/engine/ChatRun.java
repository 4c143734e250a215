package io.github.panallama.engine;

/// A reply that is being generated.
///
/// @param run gives its tokens
/// @param reader makes parts of a reply of them
public record ChatRun(TokenSource run, PartReader reader) {}
