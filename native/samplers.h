// What the files that make and use samplers share.
#pragma once

#include <cmath>
#include <memory>
#include <vector>

#include "shim.h"

namespace pan {

struct FreeSampler {
    void operator()(llama_sampler * sampler) const { llama_sampler_free(sampler); }
};
using OwnedSampler = std::unique_ptr<llama_sampler, FreeSampler>;

// Guards a constructor: `create` checks its arguments and returns the sampler.
template <class F> int32_t create_sampler(llama_sampler ** out, F create) {
    return guard([&] {
        PAN_NOT_NULL(out);
        *out = nullptr;
        llama_sampler * sampler = create();
        if (!sampler) {
            fail_with_log("the sampler cannot be created");
        }
        *out = sampler;
        return PAN_OK;
    });
}

// llama.cpp prefixes the name of a sampler that runs on a device.
inline bool is_named(const llama_sampler * sampler, std::string_view name) {
    return std::string_view(llama_sampler_name(sampler)).ends_with(name);
}

// How many of the likeliest candidates a sampler leaves without looking at the others: top_k's k, 1 for greedy; 0: it is
// of another kind.
size_t best_kept(const llama_sampler * sampler);

// The tokens whose logits a bias changes; NULL: the sampler is of another kind.
const std::vector<llama_token> * biased(const llama_sampler * sampler);

inline bool is_chain(llama_sampler * sampler) { return llama_sampler_chain_get(sampler, -1) != nullptr; }

}  // namespace pan
