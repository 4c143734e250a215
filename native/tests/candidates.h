// Samplers on designed candidates.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "support.h"

namespace test {

constexpr float infinity = std::numeric_limits<float>::infinity();

template <class... Args> llama_sampler * make(int32_t (*create)(Args...), auto... args) {
    llama_sampler * sampler = nullptr;
    EXPECT_EQ(create(args..., &sampler), PAN_OK) << last_error();
    return sampler;
}

using Chain = std::unique_ptr<llama_sampler, decltype(&pan_sampler_free)>;

inline Chain chain(std::vector<llama_sampler *> samplers, bool selects) {
    llama_sampler * made = nullptr;
    EXPECT_EQ(pan_chain_new(samplers.data(), static_cast<int32_t>(samplers.size()), selects, &made), PAN_OK)
        << last_error();
    return {made, pan_sampler_free};
}

// A model that says what its table says, one row of which has been decoded.
class Candidates : public ::testing::Test {
  protected:
    Table table = random_table(3);
    int32_t n_vocab = static_cast<int32_t>(table.size());
    Model model{nullptr, pan_model_free};
    Context context{nullptr, pan_context_free};
    llama_token_data_array * array = nullptr;

    void decode(int32_t token) {
        context.reset();  // before its model
        model = load(write_bigram("bigram", table));
        context = test::context(model.get());
        ASSERT_EQ(test::decode(context.get(), {token}), 0);
    }

    // The candidates are then the tokens 0, 1, 2… with these logits.
    void set(const std::vector<float> & logits) {
        if (!context) {
            decode(40);
        }
        ASSERT_EQ(pan_candidates(context.get(), 0, &array), PAN_OK) << last_error();
        for (size_t i = 0; i < logits.size(); ++i) {
            array->data[i].logit = logits[i];
        }
        array->size = logits.size();
    }

    void set_probabilities(std::vector<float> probabilities) {
        for (float & p : probabilities) {
            p = std::log(p);
        }
        set(probabilities);
    }

    int32_t apply(llama_sampler * sampler) { return pan_candidates_apply(context.get(), chain({sampler}, false).get()); }

    // The probability of each of the first n tokens, 0 when it is no candidate any more.
    std::vector<float> probabilities(size_t n) const {
        std::vector<float> all(n);
        float sum = 0, best = -infinity;
        for (size_t i = 0; i < array->size; ++i) {
            best = std::max(best, array->data[i].logit);
        }
        for (size_t i = 0; i < array->size; ++i) {
            sum += all.at(array->data[i].id) = std::exp(array->data[i].logit - best);
        }
        for (float & p : all) {
            p /= sum;
        }
        return all;
    }

    void expect(const std::vector<float> & wanted) const {
        const auto got = probabilities(wanted.size());
        for (size_t i = 0; i < wanted.size(); ++i) {
            EXPECT_NEAR(got[i], wanted[i], 1e-4) << "token " << i;
        }
    }
};

}  // namespace test
