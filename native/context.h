// A llama_context with what the shim must know about it.
#pragma once

#include <vector>

#include "shim.h"

struct pan_context {
    llama_context * llama = nullptr;
    const llama_model * model = nullptr;
    pan_context_sizes sizes{};
    int32_t n_vocab = 0;
    int32_t n_swa = 0;
    bool poisoned = false;

    std::vector<int32_t> lengths;  // of each sequence: its next position
    std::vector<int8_t> rows;      // rows[i]: the last decode kept the logits of its token i

    // Scratch, kept so that neither decoding nor sampling allocates.
    std::vector<int32_t> one_each;
    std::vector<int32_t> sequences;
    std::vector<int32_t *> sequence_lists;
    std::vector<int32_t> next;
    std::vector<llama_token_data> candidates;
    std::vector<float> block_maxima;

    llama_token_data_array array{};  // the candidates as pan_candidates gave them out
    bool has_candidates = false;

    ~pan_context() { llama_free(llama); }
};

namespace pan {

// The guard for calls on a context. An assert leaves it in an unknown state: it can only be freed.
template <class F> int32_t guard_context(pan_context * context, F f) {
    return guard([&]() -> int32_t {
        PAN_NOT_NULL(context);
        if (context->poisoned) {
            throw Failure(PAN_E_POISONED, "the context cannot be used since an earlier call on it was aborted");
        }
        try {
            return f();
        } catch (const Abort &) {
            context->poisoned = true;
            throw;
        }
    });
}

// The logits of a row of the last decode, n_vocab of them, where they lie.
const float * logits_of(pan_context * context, int32_t row);

// The likeliest of n tokens, the lowest id among equals; fills block_maxima. Refuses NaN and infinity: they are what a
// broken model or a broken kernel leaves behind.
int32_t likeliest(const float * logits, int32_t n, std::vector<float> & block_maxima);

inline int32_t likeliest(pan_context * context, const float * logits) {
    return likeliest(logits, context->n_vocab, context->block_maxima);
}

}  // namespace pan
