package io.github.panallama.engine;

import java.util.Arrays;

/// What [Rows] computes, as one would write it in Java first: loops over an array, one number after the other.
///
/// @param chosen log-probability of the token that is asked for
/// @param rank of that token, from 1
/// @param ids the likeliest tokens, likeliest first
/// @param logprobs theirs
@SuppressWarnings("ArrayRecordComponent") // never compared
record PlainLogprobs(float chosen, int rank, int[] ids, float[] logprobs) {
    static PlainLogprobs of(float[] row, int token, int top) {
        float max = Float.NEGATIVE_INFINITY;
        for (float logit : row) {
            max = Math.max(max, logit);
        }
        double sum = 0;
        for (float logit : row) {
            sum += Math.exp(logit - max);
        }
        double logSum = max + Math.log(sum);
        int[] ids = likeliest(row, top);
        var logprobs = new float[ids.length];
        for (int i = 0; i < ids.length; i++) {
            logprobs[i] = (float) (row[ids[i]] - logSum);
        }
        return new PlainLogprobs((float) (row[token] - logSum), rank(row, token), ids, logprobs);
    }

    private static int rank(float[] row, int token) {
        int rank = 1;
        for (int id = 0; id < row.length; id++) {
            if (row[id] > row[token] || (row[id] == row[token] && id < token)) {
                rank++;
            }
        }
        return rank;
    }

    /// The best so far in order: few are wanted, and after the first thousand hardly one is better than the last.
    private static int[] likeliest(float[] row, int top) {
        var best = new int[top];
        int n = 0;
        for (int id = 0; id < row.length; id++) {
            if (n == top && (n == 0 || row[id] <= row[best[n - 1]])) {
                continue;
            }
            int at = n < top ? n++ : n - 1;
            for (; at > 0 && row[id] > row[best[at - 1]]; at--) {
                best[at] = best[at - 1];
            }
            best[at] = id;
        }
        return Arrays.copyOf(best, n);
    }
}
