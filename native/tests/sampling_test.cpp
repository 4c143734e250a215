// Choosing tokens, against what can be computed by hand.
#include <algorithm>
#include <cmath>
#include <limits>

#include "support.h"

namespace {

class Sampling : public ::testing::Test {
  protected:
    test::Table table = test::random_table(3);
    int32_t n_vocab = static_cast<int32_t>(table.size());
    test::Model model{nullptr, pan_model_free};
    test::Context context{nullptr, pan_context_free};

    void decode(int32_t token) {
        model = test::load(test::write_bigram("bigram", table));
        context = test::context(model.get());
        ASSERT_EQ(test::decode(context.get(), {token}), 0);
    }

    int32_t sample(const std::vector<llama_sampler *> & samplers, int32_t * token) {
        auto owned = samplers;
        llama_sampler * chain = nullptr;
        EXPECT_EQ(pan_chain_new(owned.data(), owned.size(), &chain), PAN_OK) << test::last_error();
        const int32_t status = pan_sample(context.get(), chain, 0, token);
        pan_sampler_free(chain);
        return status;
    }

    template <class... Args> static llama_sampler * make(int32_t (*create)(Args...), auto... args) {
        llama_sampler * sampler = nullptr;
        EXPECT_EQ(create(args..., &sampler), PAN_OK) << test::last_error();
        return sampler;
    }
};

TEST_F(Sampling, GreedyTakesTheLowestIdOfATie) {
    table[40][11] = table[40][200] = table[40][300] = 20;
    decode(40);
    int32_t token = -1;
    EXPECT_EQ(sample({make(pan_sampler_greedy)}, &token), PAN_OK);
    EXPECT_EQ(token, 11);
    const llama_logit_bias none{12, 0};
    EXPECT_EQ(sample({make(pan_sampler_bias, n_vocab, &none, 1), make(pan_sampler_greedy)}, &token), PAN_OK);
    EXPECT_EQ(token, 11);
}

TEST_F(Sampling, BiasForbidsAToken) {
    table[40][11] = 30;
    table[40][12] = 20;
    decode(40);
    const llama_logit_bias never{11, -std::numeric_limits<float>::infinity()};
    int32_t token = -1;
    EXPECT_EQ(sample({make(pan_sampler_bias, n_vocab, &never, 1), make(pan_sampler_greedy)}, &token), PAN_OK);
    EXPECT_EQ(token, 12);
}

TEST_F(Sampling, PenaltiesSeeAcceptedTokens) {
    table[40][11] = 20;
    table[40][12] = 19;
    decode(40);
    llama_sampler * parts[] = {make(pan_sampler_penalties, n_vocab, 64, 1.0f, 0.0f, 2.0f), make(pan_sampler_greedy)};
    llama_sampler * chain = nullptr;
    ASSERT_EQ(pan_chain_new(parts, 2, &chain), PAN_OK);
    int32_t token = -1;
    ASSERT_EQ(pan_sample(context.get(), chain, 0, &token), PAN_OK);
    EXPECT_EQ(token, 11);
    ASSERT_EQ(pan_sample(context.get(), chain, 0, &token), PAN_OK);
    EXPECT_EQ(token, 12);  // 20 - 2 < 19
    const int32_t prompt[] = {12, 12};
    EXPECT_EQ(pan_chain_accept(chain, 0, prompt, 2), PAN_OK);
    EXPECT_EQ(pan_chain_accept(chain, 2, prompt, 2), PAN_E_ARG);
    EXPECT_EQ(pan_chain_accept(chain, -1, prompt, 2), PAN_E_ARG);
    const int32_t negative = -5;
    EXPECT_EQ(pan_chain_accept(chain, 0, &negative, 1), PAN_E_ARG);
    ASSERT_EQ(pan_sample(context.get(), chain, 0, &token), PAN_OK);
    EXPECT_EQ(token, 11);  // both penalised now: 18 > 17
    pan_sampler_free(chain);
}

TEST_F(Sampling, DrawsAsOftenAsTheProbabilitySays) {
    for (float & x : table[40]) {
        x = -1e9f;
    }
    table[40][11] = std::log(0.7f);
    table[40][12] = std::log(0.3f);
    decode(40);
    llama_sampler * parts[] = {make(pan_sampler_temperature, 1.0f), make(pan_sampler_draw, 42u)};
    llama_sampler * chain = nullptr;
    ASSERT_EQ(pan_chain_new(parts, 2, &chain), PAN_OK);
    int count = 0;
    for (int i = 0; i < 4000; ++i) {
        int32_t token = -1;
        ASSERT_EQ(pan_sample(context.get(), chain, 0, &token), PAN_OK);
        ASSERT_TRUE(token == 11 || token == 12);
        count += token == 11;
    }
    pan_sampler_free(chain);
    EXPECT_NEAR(count / 4000.0, 0.7, 0.04);
}

TEST_F(Sampling, TopKAndTopPLeaveTheBest) {
    table[40][11] = 20;
    decode(40);
    for (auto * filter : {make(pan_sampler_top_k, 1), make(pan_sampler_top_p, 0.01f), make(pan_sampler_min_p, 1.0f)}) {
        int32_t token = -1;
        EXPECT_EQ(sample({filter, make(pan_sampler_draw, 1u)}, &token), PAN_OK);
        EXPECT_EQ(token, 11);
    }
    int32_t token = -1;
    EXPECT_EQ(sample({make(pan_sampler_typical_p, 0.5f), make(pan_sampler_draw, 1u)}, &token), PAN_OK);
}

TEST_F(Sampling, RefusesNaN) {
    table[40][11] = std::numeric_limits<float>::quiet_NaN();
    decode(40);
    int32_t token = -1;
    EXPECT_EQ(sample({make(pan_sampler_greedy)}, &token), PAN_E_EXCEPTION);
    EXPECT_EQ(sample({make(pan_sampler_top_k, 5), make(pan_sampler_draw, 1u)}, &token), PAN_E_EXCEPTION);
}

TEST_F(Sampling, RefusesAChainThatForbidsEverything) {
    decode(40);
    std::vector<llama_logit_bias> all;
    for (int32_t i = 0; i < n_vocab; ++i) {
        all.push_back({i, -std::numeric_limits<float>::infinity()});
    }
    int32_t token = -1;
    EXPECT_EQ(sample({make(pan_sampler_bias, n_vocab, all.data(), n_vocab), make(pan_sampler_greedy)}, &token),
              PAN_E_EXCEPTION);
}

TEST_F(Sampling, RefusesBadArguments) {
    llama_sampler * out = nullptr;
    const llama_logit_bias outside{n_vocab, 1};
    EXPECT_EQ(pan_sampler_bias(n_vocab, &outside, 1, &out), PAN_E_ARG);
    EXPECT_EQ(pan_sampler_bias(n_vocab, nullptr, 1, &out), PAN_E_ARG);
    EXPECT_EQ(pan_sampler_penalties(n_vocab, -1, 1, 0, 0, &out), PAN_E_ARG);
    EXPECT_EQ(pan_sampler_penalties(n_vocab, INT32_MAX, 1, 0, 0, &out), PAN_E_ARG);
    EXPECT_EQ(pan_sampler_penalties(n_vocab, 1, 0, 0, 0, &out), PAN_E_ARG);
    EXPECT_EQ(pan_sampler_temperature(NAN, &out), PAN_E_ARG);
    EXPECT_EQ(pan_sampler_greedy(nullptr), PAN_E_ARG);
    // A chain must select, and frees what it was given when it is refused.
    llama_sampler * parts[] = {make(pan_sampler_greedy), make(pan_sampler_top_k, 3)};
    EXPECT_EQ(pan_chain_new(parts, 2, &out), PAN_E_ARG);
    EXPECT_EQ(pan_chain_new(nullptr, 0, &out), PAN_E_ARG);
    decode(40);
    llama_sampler * greedy = make(pan_sampler_greedy);
    int32_t token = -1;
    EXPECT_EQ(pan_sample(context.get(), greedy, 0, &token), PAN_E_ARG);
    pan_sampler_free(greedy);
}

}  // namespace
