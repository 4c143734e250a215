// A row of logits: raw, its likeliest tokens, log-probabilities, ranks.
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "context.h"

// One library for many CPUs: the loops over a row are compiled for three of them and chosen when it is loaded.
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define PAN_VECTORISED __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define PAN_VECTORISED
#endif

namespace pan {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

// The unit of the loops below, and what the top-n search skips. Plain loops: compilers vectorise them after cloning.
constexpr int32_t block = 256;

// Integers in the order of the floats whose bits they are; its own inverse.
inline int32_t ordered(int32_t bits) { return bits ^ (bits >> 31 & INT32_MAX); }

// The largest logit, and that of each whole block; NaN if there is one anywhere. NaNs order beyond the infinities.
PAN_VECTORISED float maxima(const float * row, int32_t n, float * of_blocks) {
    int32_t largest = INT32_MIN, smallest = INT32_MAX;
    for (int32_t begin = 0; begin < n; begin += block) {
        const int32_t end = std::min(begin + block, n);
        int32_t high = INT32_MIN, low = INT32_MAX;
        for (int32_t i = begin; i < end; ++i) {
            const int32_t x = ordered(std::bit_cast<int32_t>(row[i]));
            high = std::max(high, x);
            low = std::min(low, x);
        }
        *of_blocks++ = std::bit_cast<float>(ordered(high));
        largest = std::max(largest, high);
        smallest = std::min(smallest, low);
    }
    const bool has_nan = largest > ordered(std::bit_cast<int32_t>(infinity)) ||
                         smallest < ordered(std::bit_cast<int32_t>(-infinity));
    return has_nan ? std::numeric_limits<float>::quiet_NaN() : std::bit_cast<float>(ordered(largest));
}

// e^x for x <= 0 by Cephes' polynomial, relative error below 2e-7; less than e^-87 counts as e^-87.
inline float exp_of(float x) {
    // As integers, since a compiler that minds floating-point traps makes a branch of a comparison: larger is smaller here.
    x = std::bit_cast<float>(std::min(std::bit_cast<uint32_t>(x), std::bit_cast<uint32_t>(-87.0f)));
    const float shifted = x * 1.44269504f + 12582912.0f;  // 1.5 * 2^23: rounds to an integer
    const float whole = shifted - 12582912.0f;
    const float r = (x - whole * 0.693359375f) + whole * 2.12194440e-4f;
    float p = r * 1.9875691500e-4f + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    return p * std::bit_cast<float>((static_cast<int32_t>(whole) + 127) << 23);
}

// The sum of exp(x - largest): pairwise within a block, which keeps floats exact to 1e-7, in double beyond.
PAN_VECTORISED double sum_of_exp(const float * row, int32_t n, float largest) {
    double total = 0;
    int32_t begin = 0;
    for (; begin + block <= n; begin += block) {
        float sums[block];
        for (int32_t i = 0; i < block; ++i) {
            sums[i] = exp_of(row[begin + i] - largest);
        }
        for (int32_t half = block / 2; half >= 1; half /= 2) {
            for (int32_t i = 0; i < half; ++i) {
                sums[i] += sums[i + half];
            }
        }
        total += sums[0];
    }
    for (; begin < n; ++begin) {
        total += std::exp(static_cast<double>(row[begin]) - largest);
    }
    return total;
}

// 1 + the number of tokens that are likelier, or as likely with a lower id.
PAN_VECTORISED int32_t rank_of(const float * row, int32_t n, int32_t target) {
    const float x = row[target];
    int32_t before = 0, after = 0;
    for (int32_t i = 0; i < target; ++i) {
        before += row[i] >= x;
    }
    for (int32_t i = target + 1; i < n; ++i) {
        after += row[i] > x;
    }
    return 1 + before + after;
}

}  // namespace

const float * logits_of(pan_context * context, int32_t row) {
    PAN_CHECK(row >= 0 && row < static_cast<int32_t>(context->rows.size()) && context->rows[row],
              "row %d is not among the outputs of the last decode", row);
    const float * logits = llama_get_logits_ith(context->llama, row);
    if (!logits) {
        fail_with_log("there are no logits");
    }
    return logits;
}

// A heap with the worst on top; blocks below it are not looked at.
void top(const float * logits, int32_t n, const std::vector<float> & block_maxima, int32_t k, int32_t * ids) {
    const auto better = [logits](int32_t a, int32_t b) {
        return logits[a] != logits[b] ? logits[a] > logits[b] : a < b;
    };
    for (int32_t i = 0; i < k; ++i) {
        ids[i] = i;
    }
    std::make_heap(ids, ids + k, better);
    for (int32_t i = k; i < n;) {
        const int32_t end = std::min((i / block + 1) * block, n);
        if (block_maxima[i / block] <= logits[ids[0]]) {
            i = end;
            continue;
        }
        for (; i < end; ++i) {
            if (logits[i] > logits[ids[0]]) {
                std::pop_heap(ids, ids + k, better);
                ids[k - 1] = i;
                std::push_heap(ids, ids + k, better);
            }
        }
    }
    std::sort_heap(ids, ids + k, better);
}

int32_t likeliest(const float * logits, int32_t n, std::vector<float> & block_maxima) {
    block_maxima.resize(n / block + 1);
    const float largest = maxima(logits, n, block_maxima.data());
    if (!std::isfinite(largest)) {
        throw Failure(PAN_E_EXCEPTION, std::isnan(largest) ? "the logits hold NaN: there is no distribution"
                                                           : "the logits are all -inf or hold +inf: there is no "
                                                             "distribution");
    }
    int32_t id = 0;
    while (block_maxima[id / block] < largest) {
        id += block;
    }
    while (logits[id] < largest) {
        ++id;
    }
    return id;
}

void Question::check(int32_t n) const {
    PAN_CHECK(target >= -1 && target < n, "target %d is not in -1..%d", target, n - 1);
    PAN_CHECK(top_n >= 0 && top_n <= n, "top_n = %d is not in 0..%d", top_n, n);
    PAN_CHECK(target < 0 || (target_logprob && target_rank), "target_logprob or target_rank is NULL");
    PAN_CHECK(top_n == 0 || (ids && logprobs), "ids or logprobs is NULL");
}

int32_t Question::answer(const float * logits, int32_t n, std::vector<float> & block_maxima) const {
    const float largest = logits[likeliest(logits, n, block_maxima)];
    const double normaliser = largest + std::log(sum_of_exp(logits, n, largest));
    if (target >= 0) {
        *target_logprob = static_cast<float>(logits[target] - normaliser);
        *target_rank = rank_of(logits, n, target);
    }
    if (top_n > 0) {
        top(logits, n, block_maxima, top_n, ids);
        std::transform(ids, ids + top_n, logprobs,
                       [&](int32_t id) { return static_cast<float>(logits[id] - normaliser); });
    }
    return top_n;
}

}  // namespace pan

int32_t pan_logits(pan_context * context, int32_t row, float * buffer, int32_t cap) {
    return pan::guard_context(context, [&] {
        PAN_NOT_NULL(buffer);
        const std::span<const float> logits(pan::logits_of(context, row), context->n_vocab);
        return pan::deliver(logits, buffer, cap, nullptr);
    });
}

int32_t pan_logprobs_of(const float * logits, int32_t n_vocab, int32_t target, int32_t top_n, float * target_logprob,
                        int32_t * target_rank, int32_t * ids, float * logprobs) {
    return pan::guard([&] {
        PAN_NOT_NULL(logits);
        PAN_CHECK(n_vocab >= 1, "n_vocab = %d is not positive", n_vocab);
        const pan::Question question{target, top_n, target_logprob, target_rank, ids, logprobs};
        question.check(n_vocab);
        std::vector<float> block_maxima;
        return question.answer(logits, n_vocab, block_maxima);
    });
}
