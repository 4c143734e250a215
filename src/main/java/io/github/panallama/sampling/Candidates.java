package io.github.panallama.sampling;

/// The tokens that the next one is chosen from, each with its logit: a view of the engine's own memory, as
/// the stages before have left it, for the stages that follow.
///
/// An index is a place in this list, not a token id; the order says nothing, and changes only in [#keepIf].
/// At the front of a chain the candidates are the whole vocabulary with the model's raw logits.
///
/// All methods throw `IllegalStateException` once the call of [Sampler#apply] has returned, and
/// `WrongThreadException` on any other thread than its own.
public interface Candidates {
    /// {@return how many there are, at least 1 when a sampler is called}
    int size();

    /// {@return the id of a candidate}
    ///
    /// @param index 0..size-1
    int id(int index);

    /// {@return the logit of a candidate}
    ///
    /// @param index 0..size-1
    float logit(int index);

    /// Changes the logit of a candidate.
    ///
    /// @param index 0..size-1
    /// @param logit negative infinity forbids the token; not NaN, not positive infinity
    void setLogit(int index, float logit);

    /// Removes the candidates that do not pass, and keeps the order of the others. One at least must be
    /// left at the end of the call.
    ///
    /// @param filter says which stay
    void keepIf(Filter filter);

    /// Chooses the next token. Only for a [Stage.Custom] that selects, which must do it before it returns;
    /// the last choice counts. Removing the candidate takes the choice back.
    ///
    /// @param index 0..size-1
    void select(int index);

    /// Which candidates stay.
    @FunctionalInterface
    interface Filter {
        /// {@return whether a candidate stays}
        ///
        /// @param id of the token
        /// @param logit as it is now
        boolean keep(int id, float logit);
    }
}
