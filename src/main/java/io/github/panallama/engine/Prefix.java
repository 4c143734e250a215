package io.github.panallama.engine;

/// What a sequence of the KV cache holds.
///
/// @param tokens those that have been evaluated, from position 0
/// @param exact how many of them are bit for bit what any other request with that beginning would compute: whole chunks
/// of
///     a prompt, evaluated as chunks
@SuppressWarnings("ArrayRecordComponent") // a carrier inside the engine: never compared, the array is its own
record Prefix(int[] tokens, int exact) {
    /// Nothing.
    static final Prefix NONE = new Prefix(new int[0], 0);

    int length() {
        return tokens.length;
    }
}
