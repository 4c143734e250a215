// Choosing tokens, against what can be computed by hand.
#include "candidates.h"

using test::infinity;
using test::make;

namespace {

class Sampling : public test::Candidates {
  protected:
    int32_t sample(const std::vector<llama_sampler *> & samplers, int32_t * token) {
        return test::sample(context.get(), test::chain(samplers, true).get(), 0, token);
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
    const llama_logit_bias never{11, -infinity};
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
    ASSERT_EQ(pan_chain_new(parts, 2, true, &chain), PAN_OK);
    int32_t token = -1;
    ASSERT_EQ(test::sample(context.get(), chain, 0, &token), PAN_OK);
    EXPECT_EQ(token, 11);
    ASSERT_EQ(test::sample(context.get(), chain, 0, &token), PAN_OK);
    EXPECT_EQ(token, 12);  // 20 - 2 < 19
    const int32_t prompt[] = {12, 12};
    EXPECT_EQ(pan_chain_accept(chain, 0, prompt, 2), PAN_OK);
    EXPECT_EQ(pan_chain_accept(chain, 2, prompt, 2), PAN_E_ARG);
    EXPECT_EQ(pan_chain_accept(chain, -2, prompt, 2), PAN_E_ARG);
    const int32_t negative = -5;
    EXPECT_EQ(pan_chain_accept(chain, 0, &negative, 1), PAN_E_ARG);
    ASSERT_EQ(test::sample(context.get(), chain, 0, &token), PAN_OK);
    EXPECT_EQ(token, 11);  // both penalised now: 18 > 17
    pan_sampler_free(chain);
    llama_sampler * others[] = {make(pan_sampler_penalties, n_vocab, 64, 1.0f, 0.0f, 2.0f), make(pan_sampler_greedy)};
    ASSERT_EQ(pan_chain_new(others, 2, true, &chain), PAN_OK);
    const int32_t best = 11;
    EXPECT_EQ(pan_chain_accept(chain, -1, &best, 1), PAN_OK);  // all of the chain
    ASSERT_EQ(test::sample(context.get(), chain, 0, &token), PAN_OK);
    EXPECT_EQ(token, 12);
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
    ASSERT_EQ(pan_chain_new(parts, 2, true, &chain), PAN_OK);
    int count = 0;
    for (int i = 0; i < 4000; ++i) {
        int32_t token = -1;
        ASSERT_EQ(test::sample(context.get(), chain, 0, &token), PAN_OK);
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
        all.push_back({i, -infinity});
    }
    int32_t token = -1;
    EXPECT_EQ(sample({make(pan_sampler_bias, n_vocab, all.data(), n_vocab), make(pan_sampler_greedy)}, &token),
              PAN_E_EXCEPTION);
}

TEST_F(Sampling, LooksForTheBestAgainAfterABias) {
    set({3, 2, 1});
    const llama_logit_bias never{0, -infinity};
    const auto chain = test::chain({make(pan_sampler_top_k, 3), make(pan_sampler_bias, n_vocab, &never, 1),
                                    make(pan_sampler_top_p, 0.5f)}, false);
    ASSERT_EQ(pan_candidates_apply(context.get(), chain.get()), PAN_OK) << test::last_error();
    ASSERT_EQ(array->size, 1u);
    EXPECT_EQ(array->data[0].id, 1);
}

TEST_F(Sampling, ChecksTheShapeOfAChain) {
    const auto status = [](std::vector<llama_sampler *> samplers, bool selects) {
        llama_sampler * chain = nullptr;
        const int32_t status = pan_chain_new(samplers.data(), static_cast<int32_t>(samplers.size()), selects, &chain);
        EXPECT_EQ(status == PAN_OK, chain != nullptr);
        pan_sampler_free(chain);
        return status;
    };
    const auto filter = [] { return make(pan_sampler_top_k, 3); };
    EXPECT_EQ(status({}, false), PAN_E_ARG);
    EXPECT_EQ(status({}, true), PAN_E_ARG);
    EXPECT_EQ(status({nullptr}, false), PAN_E_ARG);
    EXPECT_EQ(status({filter()}, false), PAN_OK);
    EXPECT_EQ(status({filter()}, true), PAN_E_ARG);
    const std::vector<std::function<llama_sampler *()>> selecting = {
        [] { return make(pan_sampler_greedy); },
        [] { return make(pan_sampler_draw, 1u); },
        [&] { return make(pan_sampler_mirostat, n_vocab, 1u, 5.0f, 0.1f, 100); },
        [] { return make(pan_sampler_mirostat_v2, 1u, 5.0f, 0.1f); },
        [] { return make(pan_sampler_adaptive_p, 0.5f, 0.9f, 1u); }};
    for (const auto & select : selecting) {
        EXPECT_EQ(status({filter(), select()}, true), PAN_OK) << test::last_error();
        EXPECT_EQ(status({filter(), select()}, false), PAN_E_ARG);
        EXPECT_EQ(status({select(), filter()}, true), PAN_E_ARG);
        EXPECT_EQ(status({select(), select()}, true), PAN_E_ARG);
    }
    decode(40);
    llama_sampler * greedy = make(pan_sampler_greedy);
    int32_t token = -1;
    EXPECT_EQ(test::sample(context.get(), greedy, 0, &token), PAN_E_ARG);  // no chain
    EXPECT_EQ(pan_chain_accept(greedy, 0, &token, 1), PAN_E_ARG);
    pan_sampler_free(greedy);
}

TEST_F(Sampling, GivesCandidatesInTheOrderOfIds) {
    decode(40);
    const auto row = test::logits(context.get(), 0, n_vocab);
    ASSERT_EQ(pan_candidates(context.get(), 0, &array), PAN_OK);
    ASSERT_EQ(array->size, static_cast<size_t>(n_vocab));
    EXPECT_EQ(array->selected, -1);
    EXPECT_FALSE(array->sorted);
    for (int32_t i = 0; i < n_vocab; ++i) {
        EXPECT_EQ(array->data[i].id, i);
        EXPECT_EQ(array->data[i].logit, row[i]);
    }
    int32_t token = -1;
    EXPECT_EQ(pan_candidates_selected(context.get(), &token), PAN_E_EXCEPTION);  // none is selected
}

TEST_F(Sampling, KeepsWhatTheCallerDidToTheCandidates) {
    set({1, 2, 3, 4});
    llama_token_data * const data = array->data;
    ASSERT_EQ(apply(make(pan_sampler_xtc, 1.0f, 0.05f, 1u)), PAN_OK);  // cuts from the front
    EXPECT_EQ(array->data, data);
    ASSERT_EQ(array->size, 2u);
    EXPECT_EQ(array->data[0].id, 1);
    EXPECT_EQ(array->data[1].id, 0);
    std::swap(data[0], data[1]);
    data[0].logit = 9;
    const auto greedy = test::chain({make(pan_sampler_greedy)}, true);
    ASSERT_EQ(pan_candidates_apply(context.get(), greedy.get()), PAN_OK);
    int32_t token = -1;
    ASSERT_EQ(pan_candidates_selected(context.get(), &token), PAN_OK);
    EXPECT_EQ(token, 0);
    array->selected = 1;
    ASSERT_EQ(pan_candidates_selected(context.get(), &token), PAN_OK);
    EXPECT_EQ(token, 1);
    data[1].logit = -infinity;
    EXPECT_EQ(pan_candidates_selected(context.get(), &token), PAN_E_EXCEPTION);
    array->selected = 2;
    EXPECT_EQ(pan_candidates_selected(context.get(), &token), PAN_E_EXCEPTION);
}

TEST_F(Sampling, RefusesCandidatesThatAreNone) {
    const auto top = test::chain({make(pan_sampler_top_k, 2)}, false);
    int32_t token = -1;
    decode(40);
    EXPECT_EQ(pan_candidates_apply(context.get(), top.get()), PAN_E_ARG);  // pan_candidates comes first
    EXPECT_EQ(pan_candidates_selected(context.get(), &token), PAN_E_ARG);
    EXPECT_EQ(pan_candidates(context.get(), 1, &array), PAN_E_ARG);
    EXPECT_EQ(pan_candidates(context.get(), 0, nullptr), PAN_E_ARG);
    const std::vector<std::function<void()>> changes = {
        [&] { array->size = 0; },          [&] { array->size = n_vocab + 1; },  [&] { array->size = SIZE_MAX; },
        [&] { ++array->data; },            [&] { array->data = nullptr; },      [&] { array->data[1].id = -1; },
        [&] { array->data[1].id = n_vocab; }, [&] { array->data[1].logit = NAN; }, [&] { array->data[1].logit = infinity; }};
    for (const auto & change : changes) {
        set({1, 2, 3});
        change();
        EXPECT_EQ(pan_candidates_apply(context.get(), top.get()), PAN_E_ARG);
    }
    set({1, 2, 3});
    EXPECT_EQ(pan_candidates_apply(context.get(), nullptr), PAN_E_ARG);
    EXPECT_EQ(pan_candidates_apply(context.get(), top.get()), PAN_OK);
    const auto draw = test::chain({make(pan_sampler_draw, 1u)}, true);
    EXPECT_EQ(test::sample(context.get(), draw.get(), 0, &token), PAN_OK);
    EXPECT_EQ(pan_candidates_apply(context.get(), top.get()), PAN_E_ARG);  // they were another call's since
    table[40][11] = NAN;
    decode(40);
    EXPECT_EQ(pan_candidates(context.get(), 0, &array), PAN_E_EXCEPTION);
}

}  // namespace
