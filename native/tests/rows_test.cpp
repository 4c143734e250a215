// Many rows at once, over threads, against the same rows one by one.
#include <algorithm>
#include <numeric>

#include "candidates.h"

using test::infinity;
using test::make;

namespace {

class Rows : public ::testing::Test {
  protected:
    static constexpr int32_t n = 24;
    test::Table table = test::random_table(11);
    int32_t n_vocab = static_cast<int32_t>(table.size());
    test::Model model = test::load(test::write_bigram("rows", table));
    test::Context context{nullptr, pan_context_free};
    std::vector<int32_t> ids = std::vector<int32_t>(n * 5);
    std::vector<float> logprobs = std::vector<float>(n * 5);

    void SetUp() override {
        auto params = test::small_context();
        params.n_threads = 4;
        context = test::context(model.get(), params);
        std::vector<int32_t> tokens;
        for (int32_t i = 0; i < n; ++i) {
            tokens.push_back(40 + 3 * i);
        }
        ASSERT_EQ(test::decode(context.get(), tokens), 0) << test::last_error();
    }

    pan_row row(int32_t i, llama_sampler * chain, int32_t token) {
        pan_row asked{};
        asked.row = i;
        asked.top_n = 5;
        asked.chain = chain;
        asked.token = token;
        const int32_t place = i >= 0 && i < n ? i * 5 : 0;
        asked.ids = &ids[place];
        asked.logprobs = &logprobs[place];
        return asked;
    }
};

test::Chain draw(uint32_t seed) {
    return test::chain({make(pan_sampler_top_k, 7), make(pan_sampler_temperature, 2.0f), make(pan_sampler_draw, seed)},
                       true);
}

TEST_F(Rows, TogetherAreWhatTheyAreAlone) {
    std::vector<test::Chain> chains;
    std::vector<pan_row> together;
    for (int32_t i = 0; i < n; ++i) {
        chains.push_back(draw(i));
        together.push_back(row(i, chains.back().get(), -1));
    }
    ASSERT_EQ(pan_rows_answer(context.get(), together.data(), n), PAN_OK) << test::last_error();
    for (int32_t i = 0; i < n; ++i) {
        int32_t token = -1, rank, alone_ids[5];
        float logprob, alone[5];
        ASSERT_EQ(test::sample(context.get(), draw(i).get(), i, &token), PAN_OK);
        ASSERT_EQ(test::logprobs(context.get(), i, token, 5, &logprob, &rank, alone_ids, alone), 5);
        EXPECT_EQ(together[i].status, PAN_OK);
        EXPECT_EQ(together[i].token, token);
        EXPECT_EQ(together[i].logprob, logprob);
        EXPECT_EQ(together[i].rank, rank);
        EXPECT_TRUE(std::equal(alone_ids, alone_ids + 5, &ids[i * 5]));
        EXPECT_TRUE(std::equal(alone, alone + 5, &logprobs[i * 5]));
    }
}

TEST_F(Rows, OneThatFailsIsAloneWithIt) {
    std::vector<llama_logit_bias> never;
    for (int32_t i = 0; i < n_vocab; ++i) {
        never.push_back({i, -infinity});
    }
    const auto impossible =
        test::chain({make(pan_sampler_bias, n_vocab, never.data(), n_vocab), make(pan_sampler_greedy)}, true);
    const auto greedy = test::chain({make(pan_sampler_greedy)}, true);
    std::vector<pan_row> rows = {row(0, greedy.get(), -1), row(1, impossible.get(), -1), row(2, nullptr, n_vocab),
                                 row(3, nullptr, 4)};
    ASSERT_EQ(pan_rows_answer(context.get(), rows.data(), 4), PAN_OK) << test::last_error();
    EXPECT_EQ(rows[0].status, PAN_OK);
    EXPECT_EQ(rows[1].status, PAN_E_EXCEPTION);
    EXPECT_STREQ(rows[1].error, "no token is allowed by the chain");
    EXPECT_EQ(rows[2].status, PAN_E_ARG);
    EXPECT_EQ(rows[3].status, PAN_OK);
    EXPECT_EQ(rows[3].token, 4);
}

TEST_F(Rows, RefusesWhatCannotBeAsked) {
    const auto greedy = make(pan_sampler_greedy);
    for (auto asked : {row(n, nullptr, 0), row(-1, nullptr, 0), row(0, greedy, 0)}) {
        EXPECT_EQ(pan_rows_answer(context.get(), &asked, 1), PAN_E_ARG);
    }
    pan_sampler_free(greedy);
    EXPECT_EQ(pan_rows_answer(context.get(), nullptr, 1), PAN_E_ARG);
    EXPECT_EQ(pan_rows_answer(context.get(), nullptr, -1), PAN_E_ARG);
    EXPECT_EQ(pan_rows_answer(context.get(), nullptr, 0), PAN_OK);
}

// llama.cpp's own top_k looks at all candidates; a chain that begins with ours at the k likeliest.
TEST_F(Rows, ChainsThatBeginWithTopKChooseAsLlamaCppDoes) {
    for (const int32_t k : {1, 2, 40, n_vocab - 1, n_vocab}) {
        for (int32_t i = 0; i < n; ++i) {
            const auto ours = test::chain({make(pan_sampler_top_k, k), make(pan_sampler_draw, 5u)}, true);
            int32_t token = -1;
            ASSERT_EQ(test::sample(context.get(), ours.get(), i, &token), PAN_OK);

            std::vector<llama_token_data> all;
            const auto logits = test::logits(context.get(), i, n_vocab);
            for (int32_t id = 0; id < n_vocab; ++id) {
                all.push_back({id, logits[id], 0});
            }
            llama_token_data_array array{all.data(), all.size(), -1, false};
            llama_sampler * top_k = llama_sampler_init_top_k(k);
            llama_sampler * dist = llama_sampler_init_dist(5);
            llama_sampler_apply(top_k, &array);
            llama_sampler_apply(dist, &array);
            EXPECT_EQ(token, array.data[array.selected].id) << k << " " << i;
            llama_sampler_free(top_k);
            llama_sampler_free(dist);
        }
    }
}

// Biased tokens may fall out of the likeliest or rise into them.
TEST_F(Rows, BiasesBeforeAChoiceOfFewAreThoseOfLlamaCpp) {
    for (int32_t i = 0; i < n; ++i) {
        const auto logits = test::logits(context.get(), i, n_vocab);
        std::vector<int32_t> order(n_vocab);
        std::iota(order.begin(), order.end(), 0);
        std::stable_sort(order.begin(), order.end(), [&](int32_t a, int32_t b) { return logits[a] > logits[b]; });
        const std::vector<llama_logit_bias> biases = {{order[0], -infinity}, {order[1], -3}, {order[n_vocab - 1], 1e3f},
                                                      {order[n_vocab - 1], -2e3f}, {order[40], 2}};
        for (const int32_t k : {1, 3, 40}) {
            const auto ours = test::chain({make(pan_sampler_bias, n_vocab, biases.data(), 3), make(pan_sampler_bias, n_vocab, biases.data() + 3, 2),
                                           make(pan_sampler_top_k, k), make(pan_sampler_draw, 5u)}, true);
            int32_t token = -1;
            ASSERT_EQ(test::sample(context.get(), ours.get(), i, &token), PAN_OK);
            std::vector<llama_token_data> all;
            for (int32_t id = 0; id < n_vocab; ++id) {
                all.push_back({id, logits[id], 0});
            }
            for (const auto & bias : biases) {
                all[bias.token].logit += bias.bias;
            }
            llama_token_data_array array{all.data(), all.size(), -1, false};
            llama_sampler * top_k = llama_sampler_init_top_k(k);
            llama_sampler * dist = llama_sampler_init_dist(5);
            llama_sampler_apply(top_k, &array);
            llama_sampler_apply(dist, &array);
            EXPECT_EQ(token, array.data[array.selected].id) << k << " " << i;
            llama_sampler_free(top_k);
            llama_sampler_free(dist);
        }
        const auto greedy = test::chain({make(pan_sampler_bias, n_vocab, biases.data(), 1), make(pan_sampler_greedy)}, true);
        int32_t token = -1;
        ASSERT_EQ(test::sample(context.get(), greedy.get(), i, &token), PAN_OK);
        EXPECT_EQ(token, order[1]);
    }
}

}  // namespace
