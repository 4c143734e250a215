// What is made of the rows of a decode: tokens chosen, log-probabilities. Over threads, since with many sequences this is
// what a step waits for.
#include <algorithm>

#ifdef _OPENMP
#include <omp.h>
#endif

#include "context.h"
#include "samplers.h"

namespace pan {
namespace {

void answer(pan_row & row, const float * logits, int32_t n_vocab, Scratch & scratch) {
    if (row.chain) {
        row.token = sample(row.chain, logits, n_vocab, scratch);
    }
    if (row.top_n >= 0) {
        const Question question{row.token, row.top_n, &row.logprob, &row.rank, row.ids, row.logprobs};
        question.check(n_vocab);
        question.answer(logits, n_vocab, scratch.block_maxima);
    }
}

// Nothing may be thrown out of a parallel region, so each row has a guard of its own.
void guarded_answer(pan_row & row, const float * logits, int32_t n_vocab, Scratch & scratch,
                    std::array<char, 256> & error) {
    row.status = guard([&] {
        answer(row, logits, n_vocab, scratch);
        return PAN_OK;
    });
    if (row.status != PAN_OK) {
        const std::string_view why(call().message);
        error[why.copy(error.data(), error.size() - 1)] = 0;
        row.error = error.data();
    }
}

void check(const pan_row & row) {
    PAN_CHECK(!row.chain || is_chain(row.chain), "the chain for row %d is none", row.row);
    PAN_CHECK(row.top_n >= -1, "top_n = %d is less than -1", row.top_n);
}

}  // namespace
}  // namespace pan

int32_t pan_rows_answer(pan_context * context, pan_row * rows, int32_t n) {
    return pan::guard_context(context, [&] {
        PAN_CHECK(n >= 0 && (n == 0 || rows), "rows is NULL or n = %d negative", n);
        context->has_candidates = false;
        context->logits.clear();
        for (const pan_row & row : std::span(rows, n)) {
            pan::check(row);
            context->logits.push_back(pan::logits_of(context, row.row));  // not for several threads at once
        }
        context->errors.resize(std::max<size_t>(context->errors.size(), n));
        // As many threads as evaluate the tokens: they are those very threads.
#ifdef _OPENMP
#pragma omp parallel for schedule(dynamic) num_threads(context->sizes.n_threads) if (n > 1)
#endif
        for (int32_t i = 0; i < n; ++i) {
#ifdef _OPENMP
            pan::Scratch & scratch = context->scratch[omp_get_thread_num()];
#else
            pan::Scratch & scratch = context->scratch[0];
#endif
            pan::guarded_answer(rows[i], context->logits[i], context->n_vocab, scratch, context->errors[i]);
        }
        context->poisoned = std::any_of(rows, rows + n, [](const pan_row & row) { return row.status == PAN_E_ABORT; });
        return PAN_OK;
    });
}
