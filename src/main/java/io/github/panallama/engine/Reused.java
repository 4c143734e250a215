package io.github.panallama.engine;

/// What need not be evaluated of a request's prompt, because a sequence holds it.
///
/// @param length tokens, from position 0
/// @param exact how many of them are bit for bit what any request would compute: see [Prefix#exact()]
record Reused(int length, int exact) {
    /// Nothing.
    static final Reused NONE = new Reused(0, 0);

    /// Whole chunks.
    static Reused exactly(int length) {
        return new Reused(length, length);
    }
}
