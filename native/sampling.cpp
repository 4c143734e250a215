// Samplers and chains of llama.cpp, and choosing a token with them.
#include <algorithm>
#include <cmath>
#include <memory>

#include "context.h"

namespace pan {
namespace {

int32_t give(llama_sampler * sampler, llama_sampler ** out) {
    if (!sampler) {
        fail_with_log("the sampler cannot be created");
    }
    *out = sampler;
    return PAN_OK;
}

// Guards a constructor: `create` checks its arguments and returns the sampler.
template <class F> int32_t create(llama_sampler ** out, F create) {
    return guard([&] {
        PAN_NOT_NULL(out);
        *out = nullptr;
        return give(create(), out);
    });
}

float checked(const char * name, float value) {
    PAN_CHECK(std::isfinite(value), "%s = %f is not finite", name, value);
    return value;
}

// llama.cpp prefixes the name of a sampler that runs on a device.
bool is_named(const llama_sampler * sampler, std::string_view name) {
    return std::string_view(llama_sampler_name(sampler)).ends_with(name);
}

bool is_chain(llama_sampler * sampler) { return llama_sampler_chain_get(sampler, -1) != nullptr; }

bool selects(const llama_sampler * sampler) { return is_named(sampler, "greedy") || is_named(sampler, "dist"); }

// Drops what has no chance. llama.cpp's typical sampling would compute 0 * log 0 for it, and NaN for everything.
void drop_impossible(llama_sampler *, llama_token_data_array * candidates) {
    llama_token_data * end = std::remove_if(candidates->data, candidates->data + candidates->size,
                                            [](const llama_token_data & c) { return c.logit == -INFINITY; });
    candidates->size = end - candidates->data;
}

llama_sampler * new_drop_impossible() {
    static llama_sampler_i type = [] {
        llama_sampler_i only_applies{};
        only_applies.name = [](const llama_sampler *) { return "drop-impossible"; };
        only_applies.apply = drop_impossible;
        return only_applies;
    }();
    return llama_sampler_init(&type, nullptr);
}

int32_t sample(pan_context * context, llama_sampler * chain, const float * logits) {
    const int32_t n = context->n_vocab;
    auto & candidates = context->candidates;
    candidates.resize(n);
    for (int32_t i = 0; i < n; ++i) {
        candidates[i] = {i, logits[i], 0.0f};
    }
    llama_token_data_array array{candidates.data(), candidates.size(), -1, false};
    llama_sampler_apply(chain, &array);
    if (array.selected < 0 || array.selected >= static_cast<int64_t>(array.size)) {
        throw Failure(PAN_E_EXCEPTION, "the chain selected no token");
    }
    const llama_token_data & chosen = array.data[array.selected];  // samplers may have moved `data`
    if (chosen.id < 0 || chosen.id >= n || !std::isfinite(chosen.logit)) {
        throw Failure(PAN_E_EXCEPTION, "the chain left no token with a probability");
    }
    return chosen.id;
}

}  // namespace
}  // namespace pan

int32_t pan_sampler_bias(int32_t n_vocab, const llama_logit_bias * biases, int32_t n, llama_sampler ** out) {
    return pan::create(out, [&] {
        PAN_CHECK(n >= 0 && (n == 0 || biases), "biases is NULL or n = %d negative", n);
        for (int32_t i = 0; i < n; ++i) {
            PAN_CHECK(biases[i].token >= 0 && biases[i].token < n_vocab, "token %d is not in 0..%d", biases[i].token,
                      n_vocab - 1);
            PAN_CHECK(!std::isnan(biases[i].bias) && biases[i].bias != INFINITY, "the bias of token %d is %f",
                      biases[i].token, biases[i].bias);
        }
        return llama_sampler_init_logit_bias(n_vocab, n, biases);
    });
}

int32_t pan_sampler_penalties(int32_t n_vocab, int32_t last_n, float repeat, float frequency, float presence,
                              llama_sampler ** out) {
    return pan::create(out, [&] {
        // llama.cpp allocates the window at once.
        PAN_CHECK(last_n >= 0 && last_n <= 1 << 24, "last_n = %d is not in 0..%d", last_n, 1 << 24);
        PAN_CHECK(std::isfinite(repeat) && repeat > 0, "repeat = %f is not positive", repeat);
        return llama_sampler_init_penalties(n_vocab, last_n, repeat, pan::checked("frequency", frequency),
                                            pan::checked("presence", presence));
    });
}

int32_t pan_sampler_top_k(int32_t k, llama_sampler ** out) {
    return pan::create(out, [&] { return llama_sampler_init_top_k(k); });
}

int32_t pan_sampler_typical_p(float p, llama_sampler ** out) {
    return pan::create(out, [&] {
        llama_sampler * chain = llama_sampler_chain_init({.no_perf = true});
        llama_sampler_chain_add(chain, pan::new_drop_impossible());
        llama_sampler_chain_add(chain, llama_sampler_init_typical(pan::checked("p", p), 1));
        return chain;
    });
}

int32_t pan_sampler_top_p(float p, llama_sampler ** out) {
    return pan::create(out, [&] { return llama_sampler_init_top_p(pan::checked("p", p), 1); });
}

int32_t pan_sampler_min_p(float p, llama_sampler ** out) {
    return pan::create(out, [&] { return llama_sampler_init_min_p(pan::checked("p", p), 1); });
}

int32_t pan_sampler_temperature(float temperature, llama_sampler ** out) {
    return pan::create(out, [&] { return llama_sampler_init_temp(pan::checked("temperature", temperature)); });
}

int32_t pan_sampler_greedy(llama_sampler ** out) {
    return pan::create(out, [] { return llama_sampler_init_greedy(); });
}

int32_t pan_sampler_draw(uint32_t seed, llama_sampler ** out) {
    return pan::create(out, [&] { return llama_sampler_init_dist(seed); });
}

int32_t pan_chain_new(llama_sampler ** samplers, int32_t n, llama_sampler ** out) {
    return pan::guard([&] {
        PAN_CHECK(n >= 0 && (n == 0 || samplers), "samplers is NULL or n = %d negative", n);
        // Owned from here on: whatever fails below frees them.
        using Owned = std::unique_ptr<llama_sampler, decltype(&llama_sampler_free)>;
        std::vector<Owned> owned;
        for (int32_t i = 0; i < n; ++i) {
            owned.emplace_back(samplers[i], llama_sampler_free);
        }
        PAN_NOT_NULL(out);
        *out = nullptr;
        PAN_CHECK(std::all_of(owned.begin(), owned.end(), [](const Owned & s) { return s != nullptr; }),
                  "a sampler is NULL");
        PAN_CHECK(n > 0 && pan::selects(owned.back().get()), "the last sampler of a chain must select a token");
        Owned chain(llama_sampler_chain_init({.no_perf = true}), llama_sampler_free);
        for (Owned & sampler : owned) {
            llama_sampler_chain_add(chain.get(), sampler.release());
        }
        *out = chain.release();
        return PAN_OK;
    });
}

int32_t pan_chain_accept(llama_sampler * chain, int32_t index, const int32_t * tokens, int32_t n) {
    return pan::guard([&] {
        PAN_CHECK(chain && pan::is_chain(chain), "this is no chain");
        PAN_CHECK(index >= 0 && index < llama_sampler_chain_n(chain), "the chain has no sampler %d", index);
        PAN_CHECK(n >= 0 && (n == 0 || tokens), "tokens is NULL or n = %d negative", n);
        llama_sampler * sampler = llama_sampler_chain_get(chain, index);
        for (int32_t i = 0; i < n; ++i) {
            PAN_CHECK(tokens[i] >= 0, "token %d is negative", tokens[i]);
            llama_sampler_accept(sampler, tokens[i]);
        }
        return PAN_OK;
    });
}

int32_t pan_sampler_free(llama_sampler * sampler) {
    return pan::guard([&] {
        llama_sampler_free(sampler);
        return PAN_OK;
    });
}

int32_t pan_sample(pan_context * context, llama_sampler * chain, int32_t row, int32_t * token) {
    return pan::guard_context(context, [&] {
        PAN_CHECK(chain && pan::is_chain(chain), "this is no chain");
        PAN_NOT_NULL(token);
        const float * logits = pan::logits_of(context, row);
        const int32_t likeliest = pan::likeliest(context, logits);
        const bool only_greedy =
            llama_sampler_chain_n(chain) == 1 && pan::is_named(llama_sampler_chain_get(chain, 0), "greedy");
        *token = only_greedy ? likeliest : pan::sample(context, chain, logits);
        llama_sampler_accept(chain, *token);
        return PAN_OK;
    });
}
