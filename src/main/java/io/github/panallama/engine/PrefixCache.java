package io.github.panallama.engine;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// What each sequence of the KV cache still holds of requests that have ended, so that one with the same beginning need
/// not evaluate it again.
///
/// For most requests only whole chunks count, evaluated as chunks: what is taken over is bit for bit what would be
/// computed again. One that continues a conversation takes over all that is there, unless everything is to be
/// deterministic. Used by the scheduler's thread only.
final class PrefixCache {
    private final int chunk;
    private final boolean deterministic;
    private final Prefix[] prefixes;
    private final long[] used;
    private long clock;

    /// @param sequences how many there are
    /// @param chunk tokens of a prompt per call: see [PromptReader]
    /// @param deterministic whether nothing but whole chunks is taken over
    PrefixCache(int sequences, int chunk, boolean deterministic) {
        this.chunk = chunk;
        this.deterministic = deterministic;
        prefixes = new Prefix[sequences];
        used = new long[sequences];
        forgetAll();
    }

    /// {@return which of the free sequences a request gets}
    ///
    /// The one that it can take most of, if that is most of what is there, or if there is no other way to have it.
    /// Else
    /// the one whose loss hurts least: what is long and was used lately stays.
    ///
    /// @param request that is let in
    /// @param free sequences
    /// @param copies whether it can take over from a sequence that is not its own
    int choose(Request request, int[] free, boolean copies) {
        int best = IntStream.of(free)
                .boxed()
                .max(Comparator.<Integer>comparingInt(i -> usable(i, request).length())
                        .thenComparingLong(i -> -used[i]))
                .orElseThrow();
        int length = usable(best, request).length();
        if (!copies || resumes(request) || (length > 0 && 2 * length >= prefixes[best].length())) {
            return best;
        }
        return IntStream.of(free)
                .boxed()
                .min(Comparator.<Integer>comparingDouble(this::worth).thenComparingLong(i -> used[i]))
                .orElseThrow();
    }

    /// Tokens saved if it is needed again, divided by how many requests it has not been.
    private double worth(int sequence) {
        return prefixes[sequence].length() / (1.0 + clock - used[sequence]);
    }

    private boolean resumes(Request request) {
        return request.prompt().form().resumed() && !deterministic;
    }

    /// {@return what a request can take over of a sequence}
    Reused usable(int sequence, Request request) {
        var held = prefixes[sequence];
        int shared = request.sharedWith(held.tokens());
        int exact = Math.min(shared, held.exact()) / chunk * chunk;
        return new Reused(resumes(request) ? shared : exact, exact);
    }

    /// {@return the sequence that holds most whole chunks of a request's prompt, if one holds any}
    SharedPrompts.@Nullable Source longest(Request request) {
        SharedPrompts.Source longest = null;
        for (int i = 0; i < prefixes.length; i++) {
            int length = usable(i, request).exact();
            if (length > (longest == null ? 0 : longest.length())) {
                longest = new SharedPrompts.Source(i, length);
            }
        }
        return longest;
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
