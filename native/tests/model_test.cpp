// Loading, facts and adapters.
#include <filesystem>
#include <fstream>
#include <limits>

#include "support.h"

namespace {

int32_t try_load(const std::string & path, const int32_t * cancel = nullptr, float * progress = nullptr) {
    test::start();
    llama_model_params params;
    pan_model_defaults(&params);
    llama_model * model = nullptr;
    const int32_t status = pan_model_load(path.c_str(), &params, cancel, progress, &model);
    if (model) {  // the next call forgets why the last one failed
        pan_model_free(model);
    }
    return status;
}

TEST(Model, TellsItsFacts) {
    const auto model = test::load(test::write_model("facts", {}));
    pan_model_facts facts;
    ASSERT_EQ(pan_model_facts_get(model.get(), &facts), PAN_OK);
    EXPECT_EQ(facts.n_vocab, test::vocabulary_size({}));
    EXPECT_EQ(facts.n_layer, 2);
    EXPECT_EQ(facts.n_head, 4);
    EXPECT_EQ(facts.n_ctx_train, 256);
    EXPECT_EQ(facts.token_bos, 1);
    EXPECT_EQ(facts.token_eos, 2);
    EXPECT_EQ(facts.token_eot, -1);
    EXPECT_EQ(facts.add_bos, 1);
    EXPECT_EQ(facts.is_recurrent, 0);
    EXPECT_EQ(facts.has_decoder, 1);
}

// ggml asserts it where nobody can catch it: on a worker thread of a decode.
TEST(Model, HasNoEpsilonBelowZero) {
    for (const float epsilon : {-1.0f, -1e-9f, std::numeric_limits<float>::quiet_NaN()}) {
        test::ModelSpec spec;
        spec.norm_epsilon = epsilon;
        EXPECT_EQ(try_load(test::write_model("epsilon", spec)), PAN_E_NULL) << epsilon;
        EXPECT_NE(test::last_error().find("attention.layer_norm_rms_epsilon"), std::string::npos) << test::last_error();
    }
}

TEST(Model, HasNormsInFullPrecision) {
    test::ModelSpec spec;
    spec.norm_type = GGML_TYPE_F16;
    EXPECT_EQ(try_load(test::write_model("norms", spec)), PAN_E_NULL);
    EXPECT_NE(test::last_error().find("norm.weight is in the format f16"), std::string::npos) << test::last_error();
}

TEST(Model, TellsItsTexts) {
    test::ModelSpec spec;
    spec.chat_template = "{{ messages }}";
    const auto model = test::load(test::write_model("texts", spec));
    char buffer[64];
    int32_t needed = 0;
    const auto get = [&](int32_t what) {
        const int32_t n = pan_model_text_get(model.get(), what, buffer, sizeof(buffer), &needed);
        return n < 0 ? test::last_error() : std::string(buffer, n);
    };
    EXPECT_EQ(get(PAN_TEXT_ARCHITECTURE), "llama");
    EXPECT_EQ(get(PAN_TEXT_NAME), "tiny");
    EXPECT_EQ(get(PAN_TEXT_CHAT_TEMPLATE), "{{ messages }}");
    EXPECT_NE(get(PAN_TEXT_DESCRIPTION).find("llama"), std::string::npos);
    EXPECT_EQ(pan_model_text_get(model.get(), PAN_TEXT_NAME, buffer, 2, &needed), PAN_E_SIZE);
    EXPECT_EQ(needed, 4);
    EXPECT_EQ(pan_model_text_get(model.get(), 99, buffer, 2, &needed), PAN_E_ARG);
}

TEST(Model, LoadsOnlyTheVocabulary) {
    const auto model = test::load(test::write_model("vocabulary", {}), true);
    pan_model_facts facts;
    ASSERT_EQ(pan_model_facts_get(model.get(), &facts), PAN_OK) << test::last_error();
    EXPECT_EQ(facts.n_layer, 0);
    pan_context * context = nullptr;
    const auto params = test::small_context();
    EXPECT_EQ(pan_context_new(model.get(), &params, nullptr, &context), PAN_E_ARG);
}

TEST(Model, GivesTheReasonWhenAFileIsCut) {
    const std::string path = test::write_model("cut", {});
    std::filesystem::resize_file(path, std::filesystem::file_size(path) - 5000);
    test::start();
    llama_model_params params;
    pan_model_defaults(&params);
    llama_model * model = nullptr;
    EXPECT_EQ(pan_model_load(path.c_str(), &params, nullptr, nullptr, &model), PAN_E_NULL);
    EXPECT_NE(test::last_error().find("not within the file bounds"), std::string::npos) << test::last_error();
}

TEST(Model, RefusesWhatIsNoModel) {
    const std::string path = test::write_model("garbage", {});
    std::ofstream(path) << "GGUX and so on";
    EXPECT_EQ(try_load(path), PAN_E_NULL);
    std::ofstream(path, std::ios::trunc).flush();
    EXPECT_EQ(try_load(path), PAN_E_NULL);
    llama_model_params params;
    pan_model_defaults(&params);
    test::put(params.load_mode, 99);
    llama_model * model = nullptr;
    EXPECT_EQ(pan_model_load(path.c_str(), &params, nullptr, nullptr, &model), PAN_E_ARG);
}

TEST(Model, StopsLoadingWhenCancelled) {
    const std::string path = test::write_model("cancelled", {});
    const int32_t cancel = 1;
    EXPECT_EQ(try_load(path, &cancel), PAN_E_CANCELLED);
    float progress = 0;
    const int32_t go_on = 0;
    EXPECT_EQ(try_load(path, &go_on, &progress), PAN_OK);
    EXPECT_EQ(progress, 1.0f);
}

TEST(Lora, RefusesWhatIsNoAdapterOfTheModel) {
    const std::string path = test::write_model("base", {});
    const auto model = test::load(path);
    llama_adapter_lora * adapter = nullptr;
    EXPECT_EQ(pan_lora_load(model.get(), path.c_str(), &adapter), PAN_E_NULL);
    EXPECT_NE(test::last_error(), "");
    const auto context = test::context(model.get());
    adapter = reinterpret_cast<llama_adapter_lora *>(0x10);
    const float scale = 1;
    EXPECT_EQ(pan_lora_set(context.get(), &adapter, &scale, 1), PAN_E_ARG);
    EXPECT_EQ(pan_lora_set(context.get(), nullptr, nullptr, 0), PAN_OK);
}

}  // namespace
