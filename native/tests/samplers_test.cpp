// Each sampler by its definition (the numbers of llama.cpp's own test where it has them), and with what would break it.
#include "candidates.h"

using test::infinity;
using test::make;

namespace {

class Samplers : public test::Candidates {
  protected:
    const std::vector<float> rising = {0.1f, 0.2f, 0.3f, 0.4f};
    static constexpr size_t first_selecting = 15;  // in all()

    void expect_after(const std::vector<float> & before, llama_sampler * sampler, const std::vector<float> & after) {
        set_probabilities(before);
        ASSERT_EQ(apply(sampler), PAN_OK) << test::last_error();
        expect(after);
    }

    // One sampler of each kind, the selecting ones last.
    std::vector<llama_sampler *> all() {
        const llama_logit_bias bias{1, 1.0f};
        return {make(pan_sampler_bias, n_vocab, &bias, 1),
                make(pan_sampler_penalties, n_vocab, 8, 1.5f, 0.5f, 0.5f),
                make(pan_sampler_top_k, 3),
                make(pan_sampler_typical_p, 0.5f),
                make(pan_sampler_top_p, 0.9f),
                make(pan_sampler_min_p, 0.1f),
                make(pan_sampler_top_n_sigma, 1.0f),
                make(pan_sampler_xtc, 1.0f, 0.0f, 1u),
                make(pan_sampler_xtc, 1.0f, 0.1f, 1u),
                make(pan_sampler_temperature, 0.0f),
                make(pan_sampler_temperature, 0.5f),
                make(pan_sampler_dynamic_temperature, 1.0f, 1.0f, 1.3f),
                make(pan_sampler_dynamic_temperature, 0.0f, 0.0f, 1.0f),
                make(pan_sampler_dry, model.get(), 1.0f, 1.75f, 2, 64, nullptr, nullptr, 0),
                make(pan_sampler_infill, model.get()),
                make(pan_sampler_greedy),
                make(pan_sampler_draw, 7u),
                make(pan_sampler_mirostat, n_vocab, 7u, 5.0f, 0.1f, 100),
                make(pan_sampler_mirostat_v2, 7u, 5.0f, 0.1f),
                make(pan_sampler_adaptive_p, 0.5f, 0.9f, 7u)};
    }

    // Each sampler on these logits, then drawing: never a forbidden token, never NaN.
    void expect_possible(const std::vector<float> & logits) {
        const auto samplers = all();
        for (size_t i = 0; i < samplers.size(); ++i) {
            SCOPED_TRACE(i);
            const auto chain = i < first_selecting ? test::chain({samplers[i], make(pan_sampler_draw, 1u)}, true)
                                                   : test::chain({samplers[i]}, true);
            for (int round = 0; round < 20; ++round) {
                set(logits);
                ASSERT_EQ(pan_candidates_apply(context.get(), chain.get()), PAN_OK) << test::last_error();
                int32_t token = -1;
                ASSERT_EQ(pan_candidates_selected(context.get(), &token), PAN_OK) << test::last_error();
                const bool is_end = token == 2 && i == 14;  // infill puts the end in place of what it drops
                EXPECT_TRUE(is_end || logits.at(token) > -infinity) << token;
                EXPECT_EQ(pan_chain_accept(chain.get(), -1, &token, 1), PAN_OK) << test::last_error();
            }
        }
    }
};

TEST_F(Samplers, Temperature) {
    expect_after(rising, make(pan_sampler_temperature, 1.0f), rising);
    expect_after(rising, make(pan_sampler_temperature, 0.0f), {0, 0, 0, 1});
    expect_after(rising, make(pan_sampler_temperature, 0.5f), {1 / 30.f, 4 / 30.f, 9 / 30.f, 16 / 30.f});
    expect_after(rising, make(pan_sampler_temperature, 1e-30f), {0, 0, 0, 1});
}

TEST_F(Samplers, DynamicTemperature) {
    expect_after(rising, make(pan_sampler_dynamic_temperature, 1.0f, 0.0f, 1.0f), rising);
    expect_after(rising, make(pan_sampler_dynamic_temperature, 0.0f, 0.0f, 1.0f), {0, 0, 0, 1});
    // Entropy 1.2799 of at most ln 4: 0.5 + 1 * (1.2799 / 1.3863)^2 = 1.3523.
    std::vector<float> wanted;
    float sum = 0;
    for (float p : rising) {
        sum += wanted.emplace_back(std::pow(p, 1 / 1.35232f));
    }
    for (float & p : wanted) {
        p /= sum;
    }
    expect_after(rising, make(pan_sampler_dynamic_temperature, 1.0f, 0.5f, 2.0f), wanted);
}

TEST_F(Samplers, DynamicTemperatureIsGreedyCloseToZero) {
    for (float best : {60.0f, -60.0f}) {
        for (float exponent : {1.3f, 1.4f, 1.5f, 2.0f}) {
            set({best - 70, best, best - 71});
            ASSERT_EQ(apply(make(pan_sampler_dynamic_temperature, 1.0f, 1.0f, exponent)), PAN_OK) << test::last_error();
            ASSERT_EQ(apply(make(pan_sampler_typical_p, 0.9f)), PAN_OK) << test::last_error();
            ASSERT_GE(array->size, 1u);
            EXPECT_EQ(array->data[0].id, 1);
            EXPECT_TRUE(std::isfinite(array->data[0].logit));
        }
    }
}

TEST_F(Samplers, TopK) {
    expect_after(rising, make(pan_sampler_top_k, 1), {0, 0, 0, 1});
    expect_after(rising, make(pan_sampler_top_k, 3), {0, 0.22222f, 0.33333f, 0.44444f});
    expect_after(rising, make(pan_sampler_top_k, 0), rising);
}

TEST_F(Samplers, TopP) {
    expect_after(rising, make(pan_sampler_top_p, 0.0f), {0, 0, 0, 1});
    expect_after(rising, make(pan_sampler_top_p, 0.7f), {0, 0, 0.428571f, 0.571429f});
    expect_after(rising, make(pan_sampler_top_p, 0.8f), {0, 0.22222f, 0.33333f, 0.44444f});
    expect_after(rising, make(pan_sampler_top_p, 1.0f), rising);
}

TEST_F(Samplers, MinP) {
    expect_after(rising, make(pan_sampler_min_p, 0.24f), rising);
    expect_after(rising, make(pan_sampler_min_p, 0.49f), {0, 2 / 9.f, 3 / 9.f, 4 / 9.f});
    expect_after(rising, make(pan_sampler_min_p, 0.74f), {0, 0, 3 / 7.f, 4 / 7.f});
    expect_after(rising, make(pan_sampler_min_p, 1.05f), {0, 0, 0, 1});
}

TEST_F(Samplers, TopNSigma) {
    expect_after(rising, make(pan_sampler_top_n_sigma, 1.0f), {0, 0, 0.428571f, 0.571429f});
    expect_after(rising, make(pan_sampler_top_n_sigma, 0.0f), rising);
    expect_after(rising, make(pan_sampler_top_n_sigma, 3.0f), rising);
}

TEST_F(Samplers, Xtc) {
    const std::vector<float> falling = {0.4f, 0.3f, 0.2f, 0.1f};
    expect_after(falling, make(pan_sampler_xtc, 1.0f, 0.09f, 1u), {0, 0, 0, 1});
    expect_after(falling, make(pan_sampler_xtc, 1.0f, 0.19f, 1u), {0, 0, 2 / 3.f, 1 / 3.f});
    expect_after(falling, make(pan_sampler_xtc, 1.0f, 0.29f, 1u), {0, 0.5f, 2 / 6.f, 1 / 6.f});
    expect_after(falling, make(pan_sampler_xtc, 1.0f, 0.39f, 1u), falling);
    expect_after(falling, make(pan_sampler_xtc, 0.0f, 0.09f, 1u), falling);
}

TEST_F(Samplers, TypicalP) {
    expect_after({0.97f, 0.01f, 0.01f, 0.01f}, make(pan_sampler_typical_p, 0.5f), {1, 0, 0, 0});
    expect_after({0.4f, 0.2f, 0.2f, 0.2f}, make(pan_sampler_typical_p, 0.5f), {0, 1 / 3.f, 1 / 3.f, 1 / 3.f});
}

TEST_F(Samplers, Dry) {
    const auto expect_dry = [&](std::vector<int32_t> history, std::vector<float> wanted, float multiplier, int32_t allowed) {
        set_probabilities(std::vector<float>(wanted.size(), 1.0f / wanted.size()));
        const auto n = static_cast<int32_t>(history.size());
        const auto chain = test::chain({make(pan_sampler_dry, model.get(), multiplier, 1.1f, allowed, n, nullptr, nullptr, 0)}, false);
        ASSERT_EQ(pan_chain_accept(chain.get(), 0, history.data(), n), PAN_OK);
        ASSERT_EQ(pan_candidates_apply(context.get(), chain.get()), PAN_OK) << test::last_error();
        expect(wanted);
    };
    expect_dry({0, 1}, {0.25f, 0.25f, 0.25f, 0.25f}, 1.0f, 2);
    expect_dry({0, 1, 2, 0, 1}, {0.296923f, 0.296923f, 0.109232f, 0.296923f}, 1.0f, 2);
    expect_dry({0, 1, 2, 0, 1}, {0.241818f, 0.241818f, 0.032727f, 0.241818f, 0.241818f}, 2.0f, 2);
    expect_dry({0, 1, 2, 3, 4, 0, 1}, {0.2f, 0.2f, 0.2f, 0.2f, 0.2f}, 1.0f, 4);
}

TEST_F(Samplers, DryStopsAtBreakers) {
    const char * texts = "\nx,";
    const int32_t sizes[] = {1, 2};
    decode(40);
    const auto token = [&](const char * piece) {
        const auto & all = test::pieces();
        return test::first_piece + static_cast<int32_t>(std::find(all.begin(), all.end(), piece) - all.begin());
    };
    for (const bool breaks : {false, true}) {
        const int32_t history[] = {token("e"), token("t"), token(breaks ? "\n" : "a"), token("o"), token("e"), token("t")};
        const auto chain = test::chain({make(pan_sampler_dry, model.get(), 100.0f, 1.1f, 2, 64, texts, sizes, 2)}, false);
        ASSERT_EQ(pan_chain_accept(chain.get(), 0, history, 6), PAN_OK);
        ASSERT_EQ(pan_candidates(context.get(), 0, &array), PAN_OK);
        const float before = array->data[history[2]].logit;
        ASSERT_EQ(pan_candidates_apply(context.get(), chain.get()), PAN_OK);
        EXPECT_EQ(array->data[history[2]].logit < before, !breaks);
    }
}

TEST_F(Samplers, InfillEndsOrContinues) {
    set({std::log(0.1f), std::log(0.1f), std::log(0.8f)});  // token 2 ends a text
    ASSERT_EQ(apply(make(pan_sampler_infill, model.get())), PAN_OK);
    ASSERT_EQ(array->size, 1u);
    EXPECT_EQ(array->data[0].id, 2);
    set(std::vector<float>(200, 0.0f));  // none good enough: the end, unless it is forbidden
    array->data[2].logit = -30;
    ASSERT_EQ(apply(make(pan_sampler_infill, model.get())), PAN_OK);
    EXPECT_EQ(array->data[0].id, 2);
    set(std::vector<float>(200, 0.0f));
    array->data[2].logit = -infinity;
    EXPECT_EQ(apply(make(pan_sampler_infill, model.get())), PAN_E_EXCEPTION);
}

TEST_F(Samplers, MirostatAndAdaptivePSelectWhatIsLikely) {
    for (int i = 0; i < 3; ++i) {
        const auto chain = test::chain({i == 0   ? make(pan_sampler_mirostat, n_vocab, 7u, 1.0f, 0.1f, 100)
                                        : i == 1 ? make(pan_sampler_mirostat_v2, 7u, 1.0f, 0.1f)
                                                 : make(pan_sampler_adaptive_p, 0.45f, 0.9f, 7u)}, true);
        std::vector<int> counts(4);
        for (int round = 0; round < 300; ++round) {
            set_probabilities({0.5f, 0.4f, 0.09f, 0.01f});
            ASSERT_EQ(pan_candidates_apply(context.get(), chain.get()), PAN_OK) << test::last_error();
            int32_t token = -1;
            ASSERT_EQ(pan_candidates_selected(context.get(), &token), PAN_OK);
            ASSERT_EQ(pan_chain_accept(chain.get(), -1, &token, 1), PAN_OK);
            ++counts.at(token);
        }
        EXPECT_GT(counts[0], 50) << i;
        EXPECT_GT(counts[1], 50) << i;
        EXPECT_LT(counts[3], 10) << i;
    }
}

TEST_F(Samplers, BearForbiddenTokens) {
    decode(40);
    expect_possible({1, -infinity, 0.5f, -infinity, 0.8f, -infinity});
    expect_possible({-infinity, 1, 1, -infinity});
    expect_possible({-infinity, -infinity, -infinity, 3});
    expect_possible({3});
    expect_possible({0, 0, 0, 0, 0});
    expect_possible({300, -300, 0, 299});  // probabilities that are 0 in a float
    std::vector<float> large(n_vocab, -infinity);
    large[200] = 5;
    expect_possible(large);
    large[201] = 5;
    expect_possible(large);
}

TEST_F(Samplers, FailWhenAllIsForbidden) {
    decode(40);
    const auto samplers = all();
    for (size_t i = 0; i < samplers.size(); ++i) {
        const auto chain = test::chain({samplers[i]}, i >= first_selecting);
        set({-infinity, -infinity, -infinity});
        EXPECT_EQ(pan_candidates_apply(context.get(), chain.get()), PAN_E_EXCEPTION);
        EXPECT_EQ(test::last_error(), "no token is allowed by the chain");
    }
}

TEST_F(Samplers, RefuseBadArguments) {
    decode(40);
    const llama_model * m = model.get();
    llama_sampler * out = nullptr;
    const llama_logit_bias outside{n_vocab, 1}, bad{0, NAN}, always{0, infinity};
    const char * text = "a\0b";
    const int32_t one = 1, three = 3, none = 0, long_one = 41;
    for (float x : {NAN, infinity, -infinity}) {
        EXPECT_EQ(pan_sampler_penalties(n_vocab, 1, x, 0, 0, &out), PAN_E_ARG);
        EXPECT_EQ(pan_sampler_penalties(n_vocab, 1, 1, x, 0, &out), PAN_E_ARG);
        EXPECT_EQ(pan_sampler_penalties(n_vocab, 1, 1, 0, x, &out), PAN_E_ARG);
        EXPECT_EQ(pan_sampler_typical_p(x, &out), PAN_E_ARG);
        EXPECT_EQ(pan_sampler_top_p(x, &out), PAN_E_ARG);
        EXPECT_EQ(pan_sampler_min_p(x, &out), PAN_E_ARG);
        EXPECT_EQ(pan_sampler_top_n_sigma(x, &out), PAN_E_ARG);
        EXPECT_EQ(pan_sampler_xtc(x, 0.1f, 1, &out), PAN_E_ARG);
        EXPECT_EQ(pan_sampler_xtc(0.5f, x, 1, &out), PAN_E_ARG);
        EXPECT_EQ(pan_sampler_temperature(x, &out), PAN_E_ARG);
        EXPECT_EQ(pan_sampler_dynamic_temperature(x, 0, 1, &out), PAN_E_ARG);
        EXPECT_EQ(pan_sampler_dynamic_temperature(1, x, 1, &out), PAN_E_ARG);
        EXPECT_EQ(pan_sampler_dynamic_temperature(1, 0, x, &out), PAN_E_ARG);
        EXPECT_EQ(pan_sampler_dry(m, x, 2, 2, 9, nullptr, nullptr, 0, &out), PAN_E_ARG);
        EXPECT_EQ(pan_sampler_dry(m, 1, x, 2, 9, nullptr, nullptr, 0, &out), PAN_E_ARG);
        EXPECT_EQ(pan_sampler_mirostat(n_vocab, 1, x, 0.1f, 100, &out), PAN_E_ARG);
        EXPECT_EQ(pan_sampler_mirostat(n_vocab, 1, 5, x, 100, &out), PAN_E_ARG);
        EXPECT_EQ(pan_sampler_mirostat_v2(1, x, 0.1f, &out), PAN_E_ARG);
        EXPECT_EQ(pan_sampler_mirostat_v2(1, 5, x, &out), PAN_E_ARG);
        EXPECT_EQ(pan_sampler_adaptive_p(x, 0.9f, 1, &out), PAN_E_ARG);
        EXPECT_EQ(pan_sampler_adaptive_p(0.5f, x, 1, &out), PAN_E_ARG);
    }
    EXPECT_EQ(pan_sampler_bias(n_vocab, &outside, 1, &out), PAN_E_ARG);
    EXPECT_EQ(pan_sampler_bias(n_vocab, &bad, 1, &out), PAN_E_ARG);
    EXPECT_EQ(pan_sampler_bias(n_vocab, &always, 1, &out), PAN_E_ARG);
    EXPECT_EQ(pan_sampler_bias(n_vocab, nullptr, 1, &out), PAN_E_ARG);
    EXPECT_EQ(pan_sampler_penalties(n_vocab, -1, 1, 0, 0, &out), PAN_E_ARG);
    EXPECT_EQ(pan_sampler_penalties(n_vocab, INT32_MAX, 1, 0, 0, &out), PAN_E_ARG);
    EXPECT_EQ(pan_sampler_penalties(n_vocab, 1, 0, 0, 0, &out), PAN_E_ARG);
    EXPECT_EQ(pan_sampler_xtc(1.1f, 0.1f, 1, &out), PAN_E_ARG);
    EXPECT_EQ(pan_sampler_temperature(1e-38f, &out), PAN_E_ARG);
    EXPECT_EQ(pan_sampler_dynamic_temperature(1, -1, 1, &out), PAN_E_ARG);
    EXPECT_EQ(pan_sampler_dynamic_temperature(1, 1, -1, &out), PAN_E_ARG);
    EXPECT_EQ(pan_sampler_dry(nullptr, 1, 2, 2, 9, nullptr, nullptr, 0, &out), PAN_E_ARG);
    EXPECT_EQ(pan_sampler_dry(m, 1, 0.9f, 2, 9, nullptr, nullptr, 0, &out), PAN_E_ARG);
    EXPECT_EQ(pan_sampler_dry(m, 1, 2, -1, 9, nullptr, nullptr, 0, &out), PAN_E_ARG);
    EXPECT_EQ(pan_sampler_dry(m, 1, 2, 2, INT32_MAX, nullptr, nullptr, 0, &out), PAN_E_ARG);
    EXPECT_EQ(pan_sampler_dry(m, 1, 2, 2, 9, nullptr, nullptr, 1, &out), PAN_E_ARG);
    EXPECT_EQ(pan_sampler_dry(m, 1, 2, 2, 9, text, &one, 65, &out), PAN_E_ARG);
    for (const int32_t & size : {three, none, long_one}) {
        EXPECT_EQ(pan_sampler_dry(m, 1, 2, 2, 9, text, &size, 1, &out), PAN_E_ARG);
    }
    EXPECT_EQ(pan_sampler_infill(nullptr, &out), PAN_E_ARG);
    EXPECT_EQ(pan_sampler_mirostat(n_vocab, 1, 5, 0.1f, 1, &out), PAN_E_ARG);
    EXPECT_EQ(pan_sampler_mirostat(0, 1, 5, 0.1f, 100, &out), PAN_E_ARG);
    EXPECT_EQ(pan_sampler_adaptive_p(0.5f, 1, 1, &out), PAN_E_ARG);
    EXPECT_EQ(pan_sampler_greedy(nullptr), PAN_E_ARG);
    EXPECT_EQ(out, nullptr);
}

}  // namespace
