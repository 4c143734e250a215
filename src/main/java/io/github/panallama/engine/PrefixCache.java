package io.github.panallama.engine;

import java.util.Arrays;

/// What each sequence of the KV cache still holds, so that a request with the same beginning need not evaluate it
/// again.
///
/// For most requests only whole chunks count, evaluated as chunks: what is taken over is bit for bit what would be
/// computed again. One that continues a conversation takes over all that is there. Used by the scheduler's thread only.
final class PrefixCache {
    private final int chunk;
    private final Prefix[] prefixes;
    private final long[] used;
    private long clock;

    /// @param sequences how many there are
    /// @param chunk tokens of a prompt per call: see [PromptReader]
    PrefixCache(int sequences, int chunk) {
        this.chunk = chunk;
        prefixes = new Prefix[sequences];
        used = new long[sequences];
        forgetAll();
    }

    /// {@return which of the free sequences suits a request best: the one that it can take most of, else the one that
    /// was used least recently}
    int best(Request request, int[] free) {
        int best = free[0];
        for (int sequence : free) {
            int longer = Integer.compare(
                    usable(sequence, request).length(), usable(best, request).length());
            if (longer > 0 || (longer == 0 && used[sequence] < used[best])) {
                best = sequence;
            }
        }
        return best;
    }

    /// {@return what need not be evaluated of a request's prompt in a sequence}
    Prefix usable(int sequence, Request request) {
        var held = prefixes[sequence];
        var prompt = request.prompt().tokens();
        int mismatch = Arrays.mismatch(held.tokens(), prompt);
        int common = Math.min(mismatch < 0 ? prompt.length : mismatch, request.firstRow());
        int exact = Math.min(common, held.exact()) / chunk * chunk;
        return new Prefix(Arrays.copyOf(prompt, request.prompt().form().resumed() ? common : exact), exact);
    }

    /// A sequence holds something.
    void remember(int sequence, Prefix held) {
        prefixes[sequence] = held;
        used[sequence] = ++clock;
    }

    /// A sequence holds nothing that can be relied on.
    void forget(int sequence) {
        prefixes[sequence] = Prefix.NONE;
    }

    /// No sequence holds anything.
    void forgetAll() {
        Arrays.fill(prefixes, Prefix.NONE);
    }
}
