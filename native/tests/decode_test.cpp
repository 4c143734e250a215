// Contexts and decoding.
#include <chrono>
#include <cmath>
#include <cstring>
#include <thread>

#include "support.h"

namespace {

class Decode : public ::testing::Test {
  protected:
    test::Model model = test::load(test::write_model("tiny", {}));
    int32_t n_vocab = test::vocabulary_size({});

    std::string error;

    int32_t try_new(const std::function<void(llama_context_params &)> & change) {
        auto params = test::small_context();
        change(params);
        pan_context * context = nullptr;
        const int32_t status = pan_context_new(model.get(), &params, nullptr, &context);
        error = test::last_error();
        pan_context_free(context);
        return status;
    }
};

TEST_F(Decode, RefusesBadContexts) {
    using P = llama_context_params;
    const std::vector<std::function<void(P &)>> bad = {
        [](P & p) { p.n_ctx = 0; },
        [](P & p) { p.n_batch = 0; },
        [](P & p) { p.n_ubatch = 0; },
        [](P & p) { p.n_ubatch = p.n_batch + 1; },
        [](P & p) { p.n_seq_max = 0; },
        [](P & p) { p.n_seq_max = 257; },
        [](P & p) { p.n_seq_max = 65; },
        [](P & p) { p.n_seq_max = 4, p.n_outputs_max = 3; },
        [](P & p) { p.n_threads = 0; },
        [](P & p) { p.n_threads = 513; },
        [](P & p) { p.n_threads_batch = -1; },
        [](P & p) { p.type_k = GGML_TYPE_Q4_K; },
        [](P & p) { p.type_v = GGML_TYPE_I32; },
        [](P & p) { test::put(p.type_k, 4); },
        [](P & p) { p.type_k = GGML_TYPE_COUNT; },
        [](P & p) { test::put(p.type_v, -1); },
        [](P & p) { test::put(p.flash_attn_type, 2); },
        [](P & p) { p.pooling_type = LLAMA_POOLING_TYPE_MEAN; },
        [](P & p) { p.attention_type = LLAMA_ATTENTION_TYPE_NON_CAUSAL; },
        [](P & p) { test::put(p.rope_scaling_type, 99); },
        [](P & p) { p.ctx_type = LLAMA_CONTEXT_TYPE_MTP; },
        [](P & p) { p.embeddings = true; },
    };
    for (size_t i = 0; i < bad.size(); ++i) {
        EXPECT_EQ(try_new(bad[i]), PAN_E_ARG) << i;
        EXPECT_NE(error, "") << i;
    }
    EXPECT_EQ(try_new([](P & p) { p.type_v = GGML_TYPE_Q8_0, p.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED; }),
              PAN_E_NULL);
    EXPECT_EQ(try_new([](P & p) { p.type_k = GGML_TYPE_Q4_K; }), PAN_E_ARG);
    EXPECT_EQ(try_new([](P &) {}), PAN_OK);
}

TEST_F(Decode, TellsTheRealSizes) {
    auto params = test::small_context();
    params.n_ctx = 1;
    params.n_batch = params.n_ubatch = 8;
    const auto context = test::context(model.get(), params);
    pan_context_sizes sizes;
    ASSERT_EQ(pan_context_sizes_get(context.get(), &sizes), PAN_OK);
    EXPECT_EQ(sizes.n_ctx, 256);
    EXPECT_EQ(sizes.n_batch, 1);
    EXPECT_EQ(test::decode(context.get(), {1, 2}), PAN_E_ARG);
    EXPECT_EQ(test::decode(context.get(), {1}), 0);
}

TEST_F(Decode, RefusesBadBatches) {
    auto params = test::small_context();
    params.n_seq_max = 2;
    params.n_outputs_max = 3;
    const auto context = test::context(model.get(), params);
    ASSERT_EQ(test::decode(context.get(), {5, 6}), 0);
    struct Batch {
        std::vector<int32_t> tokens, pos, seq;
        std::vector<int8_t> outputs;
    };
    const std::vector<Batch> bad = {
        {{-1}, {2}, {0}, {1}},                                   // token
        {{n_vocab}, {2}, {0}, {1}},
        {{5}, {2}, {-1}, {1}},                                   // sequence
        {{5}, {0}, {2}, {1}},
        {{5}, {255}, {255}, {1}},
        {{5}, {1}, {0}, {1}},                                    // position: again, gap, negative
        {{5}, {3}, {0}, {1}},
        {{5}, {-1}, {1}, {1}},
        {{5, 6}, {2, 2}, {0, 0}, {1, 1}},
        {{5, 6}, {2, 4}, {0, 0}, {1, 1}},
        {{5, 6}, {2, 3}, {0, 1}, {1, 1}},
        {{5, 6, 7, 8}, {2, 3, 4, 5}, {0, 0, 0, 0}, {1, 1, 1, 1}},  // outputs
        {std::vector<int32_t>(65, 5), std::vector<int32_t>(65, 0), std::vector<int32_t>(65, 0), std::vector<int8_t>(65)},
    };
    for (size_t i = 0; i < bad.size(); ++i) {
        const Batch & b = bad[i];
        EXPECT_EQ(pan_decode(context.get(), b.tokens.size(), b.tokens.data(), b.pos.data(), b.seq.data(),
                             b.outputs.data()),
                  PAN_E_ARG)
            << i;
    }
    const int32_t zero = 0;
    const int8_t keep = 1;
    for (int32_t n : {0, -1}) {
        EXPECT_EQ(pan_decode(context.get(), n, &zero, &zero, &zero, &keep), PAN_E_ARG);
    }
    EXPECT_EQ(pan_decode(context.get(), 1, &zero, nullptr, &zero, &keep), PAN_E_ARG);
    EXPECT_EQ(test::decode(context.get(), {7}, 2), 0) << test::last_error();
    EXPECT_EQ(pan_seq_length(context.get(), 0), 3);
    EXPECT_EQ(pan_seq_length(context.get(), 1), 0);
}

TEST_F(Decode, ACopiedSequenceGoesOnAsItsOriginal) {
    auto params = test::small_context();
    params.n_ctx = 768;
    params.n_seq_max = 3;
    const auto context = test::context(model.get(), params);
    ASSERT_EQ(test::decode(context.get(), {5, 9, 6}, 0, 0), 0);
    ASSERT_EQ(test::decode(context.get(), {8, 8, 8, 8, 8}, 0, 1), 0);
    ASSERT_EQ(pan_seq_copy(context.get(), 0, 1), 1) << test::last_error();
    EXPECT_EQ(pan_seq_length(context.get(), 1), 3);
    ASSERT_EQ(pan_seq_copy(context.get(), 1, 2), 1) << test::last_error();  // before the first copy was made
    ASSERT_EQ(pan_seq_truncate(context.get(), 2, 2), 1);
    std::vector<std::vector<float>> rows;
    for (const int32_t seq : {0, 1}) {
        ASSERT_EQ(test::decode(context.get(), {7}, 3, seq), 0) << test::last_error();
        rows.push_back(test::logits(context.get(), 0, n_vocab));
    }
    EXPECT_EQ(rows[0], rows[1]);
    ASSERT_EQ(test::decode(context.get(), {6}, 2, 2), 0) << test::last_error();
    ASSERT_EQ(test::decode(context.get(), {7}, 3, 2), 0) << test::last_error();
    EXPECT_EQ(test::logits(context.get(), 0, n_vocab), rows[0]);
    EXPECT_EQ(pan_seq_copy(context.get(), 0, 0), PAN_E_ARG);
    EXPECT_EQ(pan_seq_copy(context.get(), 0, 3), PAN_E_ARG);
    EXPECT_EQ(pan_seq_copy(context.get(), -1, 0), PAN_E_ARG);
}

TEST_F(Decode, MixesSequences) {
    auto params = test::small_context();
    params.n_ctx = 512;
    params.n_seq_max = 2;
    const auto both = test::context(model.get(), params);
    const std::vector<int32_t> tokens = {5, 9, 6, 10}, pos = {0, 0, 1, 1}, seq = {0, 1, 0, 1};
    const std::vector<int8_t> outputs = {0, 0, 1, 1};
    ASSERT_EQ(pan_decode(both.get(), 4, tokens.data(), pos.data(), seq.data(), outputs.data()), 0);
    const auto alone = test::context(model.get());
    ASSERT_EQ(test::decode(alone.get(), {9, 10}), 0);
    const auto expected = test::logits(alone.get(), 1, n_vocab), got = test::logits(both.get(), 3, n_vocab);
    for (int32_t i = 0; i < n_vocab; ++i) {
        EXPECT_NEAR(got[i], expected[i], 1e-4);
    }
    float buffer[1];
    EXPECT_EQ(pan_logits(both.get(), 0, buffer, 1), PAN_E_ARG);  // not asked for
    EXPECT_EQ(pan_logits(both.get(), 4, buffer, 1), PAN_E_ARG);
    EXPECT_EQ(pan_logits(both.get(), -1, buffer, 1), PAN_E_ARG);
    EXPECT_EQ(pan_logits(both.get(), 3, buffer, 1), PAN_E_SIZE);
}

TEST_F(Decode, ReportsAFullCacheAndKeepsWhatWasThere) {
    const auto context = test::context(model.get());
    for (int32_t pos = 0; pos < 256; pos += 64) {
        ASSERT_EQ(test::decode(context.get(), std::vector<int32_t>(64, 5), pos), 0);
    }
    EXPECT_EQ(test::decode(context.get(), {5}, 256), 1);
    EXPECT_EQ(pan_seq_length(context.get(), 0), 256);
    float buffer[1];
    EXPECT_EQ(pan_logits(context.get(), 0, buffer, 1), PAN_E_ARG);
    EXPECT_EQ(pan_seq_truncate(context.get(), 0, 255), 1);
    EXPECT_EQ(test::decode(context.get(), {5}, 255), 0);
}

TEST_F(Decode, StopsAtTheAbortFlag) {
    int32_t flag = 1;
    auto params = test::small_context();
    params.n_ubatch = 16;
    const auto context = test::context(model.get(), params, &flag);
    EXPECT_EQ(test::decode(context.get(), std::vector<int32_t>(64, 5)), 2);
    const int32_t kept = pan_seq_length(context.get(), 0);
    EXPECT_GE(kept, 0);
    EXPECT_LT(kept, 64);
    __atomic_store_n(&flag, 0, __ATOMIC_RELAXED);
    EXPECT_EQ(test::decode(context.get(), {5}, kept), 0) << test::last_error();
}

TEST_F(Decode, TruncatesASequence) {
    const auto context = test::context(model.get());
    ASSERT_EQ(test::decode(context.get(), {5, 6, 7, 8}), 0);
    const auto expected = test::logits(context.get(), 3, n_vocab);
    EXPECT_EQ(pan_seq_truncate(context.get(), 0, 5), PAN_E_ARG);
    EXPECT_EQ(pan_seq_truncate(context.get(), 0, -1), PAN_E_ARG);
    EXPECT_EQ(pan_seq_truncate(context.get(), 1, 0), PAN_E_ARG);
    EXPECT_EQ(pan_seq_truncate(context.get(), 0, 4), 1);
    ASSERT_EQ(pan_seq_truncate(context.get(), 0, 2), 1);
    ASSERT_EQ(pan_seq_length(context.get(), 0), 2);
    ASSERT_EQ(test::decode(context.get(), {7, 8}, 2), 0);
    const auto again = test::logits(context.get(), 1, n_vocab);
    for (int32_t i = 0; i < n_vocab; ++i) {
        EXPECT_NEAR(again[i], expected[i], 1e-4);
    }
    ASSERT_EQ(pan_seq_truncate(context.get(), 0, 0), 1);
    EXPECT_EQ(test::decode(context.get(), {5}, 0), 0);
}

// On a CPU with AMX a build by an affected gcc dies here of SIGILL unless the remedy is in.
TEST_F(Decode, RunsQuantisedModels) {
    const std::string info = pan_build_info();
    printf("%s", info.c_str());
    for (ggml_type type : {GGML_TYPE_Q4_0, GGML_TYPE_Q8_0}) {
        test::ModelSpec spec;
        spec.n_embd = 128;
        spec.n_ff = 256;
        const auto exact = test::load(test::write_model("exact", spec));
        spec.type = type;
        const auto quantised = test::load(test::write_model("quantised", spec));
        const std::vector<int32_t> tokens(48, 5);
        const auto a = test::context(exact.get()), b = test::context(quantised.get());
        ASSERT_EQ(test::decode(a.get(), tokens), 0);
        ASSERT_EQ(test::decode(b.get(), tokens), 0);
        const auto x = test::logits(a.get(), 47, n_vocab), y = test::logits(b.get(), 47, n_vocab);
        double xx = 0, yy = 0, xy = 0;
        for (int32_t i = 0; i < n_vocab; ++i) {
            xx += x[i] * x[i], yy += y[i] * y[i], xy += x[i] * y[i];
        }
        EXPECT_GT(xy / std::sqrt(xx * yy), type == GGML_TYPE_Q8_0 ? 0.999 : 0.95);
    }
}

}  // namespace
