// Log-probabilities against double precision, and how long they take.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>

#include "support.h"

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

class Logprobs : public ::testing::Test {
  protected:
    test::Table table = test::random_table(7);
    int32_t n_vocab = static_cast<int32_t>(table.size());
    test::Model model{nullptr, pan_model_free};
    test::Context context{nullptr, pan_context_free};

    // Row 0 is then the distribution after `token`.
    void decode(int32_t token) {
        context.reset();  // before its model
        model = test::load(test::write_bigram("bigram", table));
        context = test::context(model.get());
        ASSERT_EQ(test::decode(context.get(), {token}), 0) << test::last_error();
    }

    void compare(int32_t top_n) {
        const auto row = test::logits(context.get(), 0, n_vocab);
        const double largest = *std::max_element(row.begin(), row.end());
        double sum = 0;
        for (float x : row) {
            sum += std::exp(x - largest);
        }
        const double normaliser = largest + std::log(sum);
        std::vector<int32_t> order(n_vocab);
        std::iota(order.begin(), order.end(), 0);
        std::stable_sort(order.begin(), order.end(), [&](int32_t a, int32_t b) { return row[a] > row[b]; });
        for (int32_t target = 0; target < n_vocab; target += 7) {
            float logprob;
            int32_t rank;
            std::vector<int32_t> ids(top_n);
            std::vector<float> logprobs(top_n);
            ASSERT_EQ(test::logprobs(context.get(), 0, target, top_n, &logprob, &rank, ids.data(), logprobs.data()), top_n)
                << test::last_error();
            float same_logprob;
            int32_t same_rank;
            std::vector<int32_t> same_ids(top_n);
            std::vector<float> same_logprobs(top_n);
            ASSERT_EQ(pan_logprobs_of(row.data(), n_vocab, target, top_n, &same_logprob, &same_rank, same_ids.data(),
                                      same_logprobs.data()), top_n);
            EXPECT_EQ(same_logprob, logprob);
            EXPECT_EQ(same_rank, rank);
            EXPECT_EQ(same_ids, ids);
            EXPECT_EQ(same_logprobs, logprobs);
            if (std::isfinite(row[target])) {
                EXPECT_NEAR(logprob, row[target] - normaliser, 1e-6);
            } else {
                EXPECT_EQ(logprob, -infinity);
            }
            EXPECT_EQ(order[rank - 1], target);
            EXPECT_TRUE(std::equal(ids.begin(), ids.end(), order.begin()));
            for (int32_t i = 0; i < top_n && std::isfinite(row[ids[i]]); ++i) {
                EXPECT_NEAR(logprobs[i], row[ids[i]] - normaliser, 1e-6);
            }
        }
    }
};

TEST_F(Logprobs, AreExact) {
    decode(40);
    const auto row = test::logits(context.get(), 0, n_vocab);
    for (int32_t i = 0; i < n_vocab; ++i) {
        EXPECT_NEAR(row[i], table[40][i], 1e-5);  // the model says what it was designed to say
    }
    for (int32_t top_n : {0, 1, 5, 256, 257, n_vocab}) {
        compare(top_n);
    }
    EXPECT_EQ(test::logprobs(context.get(), 0, -1, 0, nullptr, nullptr, nullptr, nullptr), 0) << test::last_error();
}

TEST_F(Logprobs, OrderTiesById) {
    for (int32_t i = 0; i < n_vocab; ++i) {
        table[40][i] = static_cast<float>(i % 3);
    }
    decode(40);
    compare(20);
    compare(n_vocab);
}

TEST_F(Logprobs, TakeMinusInfinityForImpossible) {
    for (int32_t i = 0; i < n_vocab; ++i) {  // a product of infinite weights and zeros would be NaN: they go in by row
        table[40][i] = i % 2 ? table[40][i] : -1e30f;
    }
    decode(40);
    compare(5);
    compare(n_vocab);
}

TEST_F(Logprobs, RefuseNaN) {
    table[40][n_vocab - 1] = std::numeric_limits<float>::quiet_NaN();
    decode(40);
    EXPECT_EQ(test::logprobs(context.get(), 0, -1, 0, nullptr, nullptr, nullptr, nullptr), PAN_E_EXCEPTION);
    table = test::random_table(7);
    table[40][3] = infinity;
    decode(40);
    EXPECT_EQ(test::logprobs(context.get(), 0, -1, 0, nullptr, nullptr, nullptr, nullptr), PAN_E_EXCEPTION);
    const float nan[] = {0, std::numeric_limits<float>::quiet_NaN()}, none[] = {-infinity, -infinity};
    EXPECT_EQ(pan_logprobs_of(nan, 2, -1, 0, nullptr, nullptr, nullptr, nullptr), PAN_E_EXCEPTION);
    EXPECT_EQ(pan_logprobs_of(none, 2, -1, 0, nullptr, nullptr, nullptr, nullptr), PAN_E_EXCEPTION);
    EXPECT_EQ(pan_logprobs_of(nan, 1, -1, 0, nullptr, nullptr, nullptr, nullptr), 0);
}

TEST_F(Logprobs, CheckTheirArguments) {
    decode(40);
    float logprob;
    int32_t rank, id;
    EXPECT_EQ(test::logprobs(context.get(), 1, 0, 0, &logprob, &rank, nullptr, nullptr), PAN_E_ARG);
    EXPECT_EQ(test::logprobs(context.get(), 0, n_vocab, 0, &logprob, &rank, nullptr, nullptr), PAN_E_ARG);
    EXPECT_EQ(test::logprobs(context.get(), 0, -2, 0, &logprob, &rank, nullptr, nullptr), PAN_E_ARG);
    EXPECT_EQ(test::logprobs(context.get(), 0, 0, n_vocab + 1, &logprob, &rank, &id, &logprob), PAN_E_ARG);
    EXPECT_EQ(test::logprobs(context.get(), 0, 0, 1, &logprob, &rank, nullptr, nullptr), PAN_E_ARG);
    const float row[] = {1, 2};
    EXPECT_EQ(pan_logprobs_of(nullptr, 2, 0, 0, &logprob, &rank, nullptr, nullptr), PAN_E_ARG);
    EXPECT_EQ(pan_logprobs_of(row, 2, 0, 0, nullptr, nullptr, nullptr, nullptr), PAN_E_ARG);
    EXPECT_EQ(pan_logprobs_of(row, 0, -1, 0, nullptr, nullptr, nullptr, nullptr), PAN_E_ARG);
    EXPECT_EQ(pan_logprobs_of(row, 2, 2, 0, &logprob, &rank, nullptr, nullptr), PAN_E_ARG);
    EXPECT_EQ(pan_logprobs_of(row, 2, 0, 3, &logprob, &rank, &id, &logprob), PAN_E_ARG);
    EXPECT_EQ(pan_logprobs_of(row, 2, 0, 1, &logprob, &rank, nullptr, nullptr), PAN_E_ARG);
}

// Prints only: what a row of SmolLM2's size costs.
TEST(LogprobsBenchmark, LargeRow) {
    test::ModelSpec spec;
    spec.n_embd = 32;
    spec.n_layer = 1;
    for (int i = test::vocabulary_size(spec); i < 49152; ++i) {
        spec.extra_control.push_back(std::string("<").append(std::to_string(i)).append(">"));
    }
    const auto model = test::load(test::write_model("large", spec));
    const auto context = test::context(model.get());
    ASSERT_EQ(test::decode(context.get(), {5}), 0);
    float logprob, logprobs[5];
    int32_t rank, ids[5];
    double best = 1e9;
    for (int i = 0; i < 200; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        ASSERT_EQ(test::logprobs(context.get(), 0, 30000, 5, &logprob, &rank, ids, logprobs), 5);
        best = std::min(best, std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count());
    }
    llama_sampler *greedy, *chain;
    pan_sampler_greedy(&greedy);
    pan_chain_new(&greedy, 1, true, &chain);
    double sampling = 1e9;
    for (int i = 0; i < 200; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        test::sample(context.get(), chain, 0, ids);
        sampling = std::min(sampling, std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count());
    }
    pan_sampler_free(chain);
    printf("49152 logits: log-probabilities with top 5 %.1f us, greedy %.1f us\n", best, sampling);
}

}  // namespace
