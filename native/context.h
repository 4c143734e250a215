// A llama_context with what the shim must know about it.
#pragma once

#include <array>
#include <vector>

#include "rows.h"

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
    std::vector<pan::Scratch> scratch;  // one for each thread
    std::vector<const float *> logits;
    std::vector<std::array<char, 256>> errors;  // one for each row that was asked about

    llama_token_data_array array{};  // the candidates as pan_candidates gave them out, in the first scratch
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

}  // namespace pan
