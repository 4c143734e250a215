package io.github.panallama.engine;

import java.util.Arrays;

/// Which prompt each sequence of the KV cache still holds the beginning of, so that a request with the same beginning
/// need not evaluate it again.
///
/// Only whole chunks count, evaluated as chunks: what is taken over is bit for bit what would be computed again.
/// Used by the scheduler's thread only.
final class PrefixCache {
    private final int chunk;
    private final int[][] prompts;
    private final long[] used;
    private long clock;

    /// @param sequences how many there are
    /// @param chunk tokens of a prompt per call: see [PromptReader]
    PrefixCache(int sequences, int chunk) {
        this.chunk = chunk;
        prompts = new int[sequences][0];
        used = new long[sequences];
    }

    /// {@return which of the free sequences suits a request best: the one that it can take most of, else the one that
    /// was used least recently}
    int best(Request request, int[] free) {
        int best = free[0];
        for (int sequence : free) {
            int longer = Integer.compare(usable(sequence, request), usable(best, request));
            if (longer > 0 || (longer == 0 && used[sequence] < used[best])) {
                best = sequence;
            }
        }
        return best;
    }

    /// {@return how many tokens at the beginning of a request's prompt need not be evaluated in a sequence}
    int usable(int sequence, Request request) {
        var prompt = request.prompt().tokens();
        int mismatch = Arrays.mismatch(prompts[sequence], prompt);
        int common = Math.min(mismatch < 0 ? prompt.length : mismatch, request.firstRow());
        return common / chunk * chunk;
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
