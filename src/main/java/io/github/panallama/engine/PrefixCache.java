package io.github.panallama.engine;

import java.util.Arrays;

/// Which prompt each sequence of the KV cache still holds the beginning of, so that a request with the same beginning
/// need not evaluate it again.
///
/// Only whole chunks count, evaluated as chunks: what is taken over is bit for bit what would be computed again.
/// Used by the scheduler's thread only.
final class PrefixCache {
    private final int[][] prompts;
    private final long[] used;
    private long clock;

    /// @param sequences how many there are
    PrefixCache(int sequences) {
        prompts = new int[sequences][0];
        used = new long[sequences];
    }

    /// {@return which of the free sequences suits a prompt best: the one that shares most with it, else the one that
    /// was
    /// used least recently}
    int best(int[] prompt, int[] free) {
        int best = free[0];
        for (int sequence : free) {
            int longer = Integer.compare(common(sequence, prompt), common(best, prompt));
            if (longer > 0 || (longer == 0 && used[sequence] < used[best])) {
                best = sequence;
            }
        }
        return best;
    }

    /// {@return how many tokens at the beginning of a prompt a sequence holds}
    int common(int sequence, int[] prompt) {
        int mismatch = Arrays.mismatch(prompts[sequence], prompt);
        return mismatch < 0 ? prompt.length : mismatch;
    }

    /// A sequence holds the beginning of a prompt.
    void remember(int sequence, int[] prompt, int length) {
        prompts[sequence] = Arrays.copyOf(prompt, length);
        used[sequence] = ++clock;
    }

    /// A sequence holds nothing that can be relied on.
    void forget(int sequence) {
        prompts[sequence] = new int[0];
    }

    /// No sequence holds anything.
    void forgetAll() {
        Arrays.setAll(prompts, sequence -> new int[0]);
    }
}
