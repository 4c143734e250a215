package io.github.panallama.engine;

import org.jspecify.annotations.Nullable;

/// What is asked of a row of logits.
///
/// @param row its index in the batch that was evaluated
/// @param chain chooses its token; null if `token` is given
/// @param token the one whose log-probability is asked for, if no chain chooses it
/// @param top how many alternatives are wanted; [#NONE] = no log-probabilities at all
record RowQuestion(int row, @Nullable NativeChain chain, int token, int top) {
    static final int NONE = -1;
}
