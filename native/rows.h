// What is made of a row of logits.
#pragma once

#include <vector>

#include "shim.h"

namespace pan {

// Kept, one per thread, so that reducing a row does not allocate.
struct Scratch {
    std::vector<float> block_maxima;
    std::vector<llama_token_data> candidates;
    std::vector<llama_sampler *> samplers;
};

// The likeliest of n tokens, the lowest id among equals; fills block_maxima. Refuses NaN and infinity: they are what a
// broken model or a broken kernel leaves behind.
int32_t likeliest(const float * logits, int32_t n, std::vector<float> & block_maxima);

// The k likeliest tokens, best first, lower ids first among equals; block_maxima as `likeliest` has filled it.
void top(const float * logits, int32_t n, const std::vector<float> & block_maxima, int32_t k, int32_t * ids);

// What is asked of a row's own distribution, and where the answers go.
struct Question {
    int32_t target;
    int32_t top_n;
    float * target_logprob;
    int32_t * target_rank;
    int32_t * ids;
    float * logprobs;

    void check(int32_t n) const;

    // Returns top_n.
    int32_t answer(const float * logits, int32_t n, std::vector<float> & block_maxima) const;
};

// sampling.cpp: chooses a token with a chain and shows it to the chain.
int32_t sample(llama_sampler * chain, const float * logits, int32_t n, Scratch & scratch);

}  // namespace pan
