// Chains of samplers, and choosing a token with them.
#include <algorithm>
#include <vector>

#include "context.h"
#include "samplers.h"

namespace pan {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

// Calls f with a sampler, or with each sampler of a chain and of the chains within it.
template <class F> void for_each(llama_sampler * sampler, const F & f) {
    if (!is_chain(sampler)) {
        f(sampler);
        return;
    }
    for (int32_t i = 0; i < llama_sampler_chain_n(sampler); ++i) {
        for_each(llama_sampler_chain_get(sampler, i), f);
    }
}

bool selects(llama_sampler * sampler) {
    bool found = false;
    for_each(sampler, [&](const llama_sampler * one) {
        for (const char * name : {"greedy", "dist", "mirostat", "mirostat-v2", "adaptive-p"}) {
            found = found || is_named(one, name);
        }
    });
    return found;
}

// ---- applying: many of llama.cpp's samplers abort without candidates, and make NaN when all are forbidden ----

void check_left(const llama_token_data_array & candidates) {
    const std::span all(candidates.data, candidates.size);
    if (std::ranges::none_of(all, [](const auto & c) { return c.logit > -infinity; })) {
        throw Failure(PAN_E_EXCEPTION, "no token is allowed by the chain");
    }
}

// A grammar reads the text of every candidate, which for a large vocabulary takes longer than computing the row. Where the
// next sampler leaves the k likeliest, those are asked first: if k of them are allowed, the others have no say.
bool constrain_best(llama_sampler * grammar, size_t k, llama_token_data_array & candidates) {
    const size_t n = std::max<size_t>(64, 4 * k);
    if (k == 0 || n >= candidates.size) {
        return false;
    }
    std::vector<llama_token_data> best(n);
    std::ranges::partial_sort_copy(std::span(candidates.data, candidates.size), best, [](const auto & a, const auto & b) {
        return a.logit != b.logit ? a.logit > b.logit : a.id < b.id;
    });
    llama_token_data_array array{best.data(), n, -1, true};
    llama_sampler_apply(grammar, &array);
    if (std::ranges::count_if(best, [](const auto & c) { return c.logit > -infinity; }) < static_cast<int64_t>(k)) {
        return false;
    }
    std::ranges::copy(best, candidates.data);
    candidates.size = n;
    candidates.sorted = false;
    return true;
}

void apply(llama_sampler * chain, llama_token_data_array & candidates, std::vector<llama_sampler *> & samplers) {
    samplers.clear();
    for_each(chain, [&](llama_sampler * sampler) { samplers.push_back(sampler); });
    samplers.push_back(nullptr);
    for (size_t i = 0; samplers[i]; ++i) {
        check_left(candidates);
        // llama.cpp's bias and grammar change logits and leave this flag, by which the next one finds the best.
        const std::span all(candidates.data, candidates.size);
        candidates.sorted =
            candidates.sorted && std::ranges::is_sorted(all, std::ranges::greater(), &llama_token_data::logit);
        const llama_sampler * next = samplers[i + 1];
        if (!next || !is_named(samplers[i], "grammar") || !constrain_best(samplers[i], best_kept(next), candidates)) {
            llama_sampler_apply(samplers[i], &candidates);
        }
    }
    check_left(candidates);
}

int32_t selected_among(const llama_token_data_array & candidates, int32_t n_vocab) {
    if (candidates.selected < 0 || candidates.selected >= static_cast<int64_t>(candidates.size)) {
        throw Failure(PAN_E_EXCEPTION, "no token was selected");
    }
    const llama_token_data & chosen = candidates.data[candidates.selected];
    if (chosen.id < 0 || chosen.id >= n_vocab || !std::isfinite(chosen.logit)) {
        throw Failure(PAN_E_EXCEPTION, "the selected token has no probability");
    }
    return chosen.id;
}

llama_token_data_array array_of(std::vector<llama_token_data> & candidates) {
    return {candidates.data(), candidates.size(), -1, false};
}

llama_token_data_array all_candidates(const float * logits, int32_t n, Scratch & scratch) {
    scratch.candidates.resize(n);
    for (int32_t i = 0; i < n; ++i) {
        scratch.candidates[i] = {i, logits[i], 0.0f};
    }
    return array_of(scratch.candidates);
}

// The candidates that a chain can choose from. Where it begins with top_k or greedy, or with biases before them, these are
// the likeliest and those that are biased: no others are looked at.
llama_token_data_array candidates_for(llama_sampler * chain, const float * logits, int32_t n, Scratch & scratch) {
    constexpr size_t few = 1024;
    int32_t ids[2 * few];
    size_t n_biased = 0;
    int32_t i = 0;
    for (; const auto * tokens = biased(llama_sampler_chain_get(chain, i)); ++i) {
        if (tokens->size() > few - n_biased) {
            return all_candidates(logits, n, scratch);
        }
        n_biased = std::copy(tokens->begin(), tokens->end(), ids + n_biased) - ids;
    }
    const size_t kept = best_kept(llama_sampler_chain_get(chain, i));
    const size_t k = kept + n_biased;  // as if all that are biased were among them, and fell
    if (kept == 0 || k > few || k >= static_cast<size_t>(n)) {
        return all_candidates(logits, n, scratch);
    }
    top(logits, n, scratch.block_maxima, static_cast<int32_t>(k), ids + n_biased);
    std::sort(ids, ids + n_biased + k);  // in the order of all: ties go to the lower id
    const int32_t * end = std::unique(ids, ids + n_biased + k);
    scratch.candidates.resize(end - ids);
    std::transform(static_cast<const int32_t *>(ids), end, scratch.candidates.begin(),
                   [&](int32_t id) { return llama_token_data{id, logits[id], 0.0f}; });
    return array_of(scratch.candidates);
}

// The candidates of the last pan_candidates, with whatever the caller has done to them.
llama_token_data_array & given(pan_context * context) {
    llama_token_data_array & array = context->array;
    PAN_CHECK(context->has_candidates, "there are no candidates: pan_candidates comes first");
    PAN_CHECK(array.data == context->scratch[0].candidates.data(), "the data pointer of the candidates was changed");
    check_range("the number of candidates", static_cast<int64_t>(std::min<size_t>(array.size, INT64_MAX)), 1,
                context->n_vocab);
    for (const llama_token_data & c : std::span(array.data, array.size)) {
        PAN_CHECK(c.id >= 0 && c.id < context->n_vocab, "token %d is not in 0..%d", c.id, context->n_vocab - 1);
        PAN_CHECK(c.logit < infinity, "the logit of token %d is %f", c.id, c.logit);
    }
    return array;
}

// Some samplers cut from the front by moving `data`; the caller finds the rest where it was.
void move_to_front(pan_context * context) {
    llama_token_data_array & array = context->array;
    llama_token_data * const front = context->scratch[0].candidates.data();
    std::copy(array.data, array.data + array.size, front);
    array.data = front;
}

// ---- accepting: a grammar aborts over a token that does not fit ----

bool forbids(llama_sampler * grammar, int32_t token) {
    llama_token_data one{token, 0.0f, 0.0f};
    llama_token_data_array array{&one, 1, -1, false};
    llama_sampler_apply(grammar, &array);
    return one.logit == -infinity;
}

void accept(llama_sampler * sampler, int32_t token) {
    for_each(sampler, [&](llama_sampler * one) {
        if (is_named(one, "grammar") && forbids(one, token)) {
            throw Failure(PAN_E_ARG, text("the grammar does not allow token %d here", token));
        }
    });
    llama_sampler_accept(sampler, token);
}

}  // namespace

int32_t sample(llama_sampler * chain, const float * logits, int32_t n, Scratch & scratch) {
    int32_t chosen = likeliest(logits, n, scratch.block_maxima);
    const bool only_greedy = llama_sampler_chain_n(chain) == 1 && is_named(llama_sampler_chain_get(chain, 0), "greedy");
    if (!only_greedy) {
        llama_token_data_array candidates = candidates_for(chain, logits, n, scratch);
        apply(chain, candidates, scratch.samplers);
        chosen = selected_among(candidates, n);
    }
    accept(chain, chosen);
    return chosen;
}

}  // namespace pan

int32_t pan_chain_new(llama_sampler ** samplers, int32_t n, bool selects, llama_sampler ** out) {
    return pan::guard([&] {
        PAN_CHECK(n >= 1 && samplers, "samplers is NULL or n = %d not positive", n);
        // Owned from here on: whatever fails below frees them.
        std::vector<pan::OwnedSampler> owned(samplers, samplers + n);
        PAN_NOT_NULL(out);
        *out = nullptr;
        for (int32_t i = 0; i < n; ++i) {
            PAN_CHECK(owned[i], "sampler %d is NULL", i);
            const bool must_select = selects && i == n - 1;
            PAN_CHECK(pan::selects(owned[i].get()) == must_select, "sampler %d of %d must %sselect a token", i, n,
                      must_select ? "" : "not ");
        }
        pan::OwnedSampler chain(llama_sampler_chain_init({.no_perf = true}));
        for (pan::OwnedSampler & sampler : owned) {
            llama_sampler_chain_add(chain.get(), sampler.release());
        }
        *out = chain.release();
        return PAN_OK;
    });
}

int32_t pan_chain_accept(llama_sampler * chain, int32_t index, const int32_t * tokens, int32_t n) {
    return pan::guard([&] {
        PAN_CHECK(chain && pan::is_chain(chain), "this is no chain");
        PAN_CHECK(index >= -1 && index < llama_sampler_chain_n(chain), "the chain has no sampler %d", index);
        PAN_CHECK(n >= 0 && (n == 0 || tokens), "tokens is NULL or n = %d negative", n);
        llama_sampler * sampler = llama_sampler_chain_get(chain, index);  // the chain itself at -1
        for (int32_t i = 0; i < n; ++i) {
            PAN_CHECK(tokens[i] >= 0, "token %d is negative", tokens[i]);
            pan::accept(sampler, tokens[i]);
        }
        return PAN_OK;
    });
}

int32_t pan_candidates(pan_context * context, int32_t row, llama_token_data_array ** out) {
    return pan::guard_context(context, [&] {
        PAN_NOT_NULL(out);
        *out = nullptr;
        context->has_candidates = false;
        const float * logits = pan::logits_of(context, row);
        pan::Scratch & scratch = context->scratch[0];
        pan::likeliest(logits, context->n_vocab, scratch.block_maxima);  // refuses a row that is no distribution
        context->array = pan::all_candidates(logits, context->n_vocab, scratch);
        *out = &context->array;
        context->has_candidates = true;
        return PAN_OK;
    });
}

int32_t pan_candidates_apply(pan_context * context, llama_sampler * chain) {
    return pan::guard_context(context, [&] {
        PAN_CHECK(chain && pan::is_chain(chain), "this is no chain");
        pan::apply(chain, pan::given(context), context->scratch[0].samplers);
        pan::move_to_front(context);
        return PAN_OK;
    });
}

int32_t pan_candidates_selected(pan_context * context, int32_t * token) {
    return pan::guard_context(context, [&] {
        PAN_NOT_NULL(token);
        *token = pan::selected_among(pan::given(context), context->n_vocab);
        return PAN_OK;
    });
}
