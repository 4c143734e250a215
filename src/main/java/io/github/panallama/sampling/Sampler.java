package io.github.panallama.sampling;

/// A step of a sampler chain that the application writes itself: see [Stage.Custom].
///
/// It runs on the engine's thread, between two tokens: other requests wait for it meanwhile, so it should
/// be quick, and it must not use the `Llama` that called it, which would wait for itself. Each request has
/// a sampler of its own, so it may keep state. What it throws ends its request and reaches that request's
/// caller; others do not notice.
///
/// ```java
/// Sampler noShortWords = candidates -> candidates.keepIf((id, logit) -> lengths[id] > 3);
/// ```
@FunctionalInterface
public interface Sampler {
    /// Changes the candidates for the next token.
    ///
    /// @param candidates valid during this call only
    void apply(Candidates candidates);

    /// Learns which token was chosen, after each choice. The prompt's tokens are not shown.
    ///
    /// @param token its id
    default void accept(int token) {}
}
