// The guard, errors, the log ring and devices.
#include <cstring>
#include <thread>

#include "support.h"

namespace {

TEST(Library, TellsWhatWasBuilt) {
    const std::string info = pan_build_info();
    for (const char * key : {"llama.cpp=", "tree=", "preset=", "compiler=", "flags=", "amx=", "backends="}) {
        EXPECT_NE(info.find(key), std::string::npos) << key;
    }
    EXPECT_EQ(pan_abi_version(), PAN_ABI);
    EXPECT_EQ(pan_sizeof(PAN_STRUCT_CONTEXT_PARAMS), static_cast<int32_t>(sizeof(llama_context_params)));
    EXPECT_EQ(pan_sizeof(99), PAN_E_ARG);
}

TEST(Guard, CatchesAnAbortAndTheProcessLivesOn) {
    const std::string path = [] {
        test::ModelSpec spec;
        spec.rope_scaling = "no such scaling";
        return test::write_model("hostile", spec);
    }();
    test::start();
    llama_model_params params;
    pan_model_defaults(&params);
    llama_model * model = nullptr;
    EXPECT_LT(pan_model_load(path.c_str(), &params, nullptr, nullptr, &model), 0);
    EXPECT_EQ(model, nullptr);
    EXPECT_NE(test::last_error(), "");
    EXPECT_TRUE(test::load(test::write_model("good", {})));
    EXPECT_EQ(test::last_error(), "");
}

// A sampler that does what llama.cpp's own may do wrong.
llama_sampler * misbehaving(void (*how)()) {
    static llama_sampler_i interface = [] {
        llama_sampler_i all{};
        all.name = [](const llama_sampler *) { return "misbehaving"; };
        all.apply = [](llama_sampler * self, llama_token_data_array *) { reinterpret_cast<void (*)()>(self->ctx)(); };
        return all;
    }();
    return llama_sampler_init(&interface, reinterpret_cast<void *>(how));
}

class GuardedSampling : public ::testing::Test {
  protected:
    test::Model model = test::load(test::write_model("tiny", {}));
    test::Context context = test::context(model.get());

    int32_t sample_with(void (*how)()) {
        EXPECT_EQ(test::decode(context.get(), {5}, pan_seq_length(context.get(), 0)), 0) << test::last_error();
        llama_sampler * both[] = {misbehaving(how), nullptr};
        pan_sampler_greedy(&both[1]);
        llama_sampler * chain = nullptr;
        EXPECT_EQ(pan_chain_new(both, 2, true, &chain), PAN_OK) << test::last_error();
        int32_t token;
        const int32_t status = test::sample(context.get(), chain, 0, &token);
        error = test::last_error();
        pan_sampler_free(chain);
        return status;
    }

    std::string error;
};

TEST_F(GuardedSampling, AnAssertPoisonsTheContextOnly) {
    EXPECT_EQ(sample_with([] { GGML_ASSERT(1 > 2); }), PAN_E_ABORT);
    EXPECT_NE(error.find("GGML_ASSERT(1 > 2) failed"), std::string::npos) << error;
    EXPECT_EQ(test::decode(context.get(), {5}, 1), PAN_E_POISONED);
    EXPECT_NE(test::last_error(), "");
    const auto other = test::context(model.get());
    EXPECT_EQ(test::decode(other.get(), {1, 5, 6}), 0) << test::last_error();
}

TEST_F(GuardedSampling, ExceptionsBecomeStatuses) {
    EXPECT_EQ(sample_with([] { throw std::runtime_error("a reason"); }), PAN_E_EXCEPTION);
    EXPECT_EQ(error, "a reason");
    EXPECT_EQ(sample_with([] { throw std::bad_alloc(); }), PAN_E_NOMEM);
    EXPECT_EQ(sample_with([] { throw 1; }), PAN_E_UNKNOWN);
    EXPECT_EQ(test::decode(context.get(), {5}, 3), 0) << test::last_error();
}

TEST(Guard, GivesTheReasonOfANull) {
    test::start();
    llama_model_params params;
    pan_model_defaults(&params);
    llama_model * model = nullptr;
    EXPECT_EQ(pan_model_load("/no/such/model.gguf", &params, nullptr, nullptr, &model), PAN_E_NULL);
    EXPECT_NE(test::last_error().find("/no/such/model.gguf"), std::string::npos) << test::last_error();
}

TEST(Guard, RefusesBadArgumentsWithASentence) {
    test::start();
    EXPECT_EQ(pan_model_load(nullptr, nullptr, nullptr, nullptr, nullptr), PAN_E_ARG);
    EXPECT_EQ(test::last_error(), "path is NULL");
    EXPECT_EQ(pan_device_at(-1, nullptr), PAN_E_ARG);
    EXPECT_EQ(pan_decode(nullptr, 1, nullptr, nullptr, nullptr, nullptr), PAN_E_ARG);
}

TEST(Process, ListsItsDevices) {
    test::start();
    pan_device device;
    ASSERT_EQ(pan_device_at(0, &device), PAN_OK);
    EXPECT_NE(std::string(device.name), "");
    EXPECT_EQ(pan_device_at(1000, &device), PAN_E_ARG);
}

std::vector<std::pair<int, std::string>> drain() {
    std::vector<std::pair<int, std::string>> records;
    std::vector<char> buffer(1 << 17);
    const int32_t n = pan_log_drain(buffer.data(), static_cast<int32_t>(buffer.size()));
    for (int32_t i = 0; i < n;) {
        uint32_t size;
        std::memcpy(&size, &buffer[i + 1], 4);
        records.emplace_back(buffer[i], std::string(&buffer[i + 5], size));
        i += 5 + static_cast<int32_t>(size);
    }
    return records;
}

// The callback that llama.cpp logs through.
void log(ggml_log_level level, const char * text) {
    ggml_log_callback callback;
    void * data;
    ggml_log_get(&callback, &data);
    callback(level, text, data);
}

TEST(LogRing, HoldsWholeLinesInOrder) {
    test::start();
    drain();
    log(GGML_LOG_LEVEL_INFO, "one\n");
    log(GGML_LOG_LEVEL_WARN, "two ");
    log(GGML_LOG_LEVEL_CONT, "halves\n");
    log(GGML_LOG_LEVEL_INFO, "a\nb\n");
    const std::vector<std::pair<int, std::string>> expected = {{2, "one"}, {3, "two halves"}, {2, "a"}, {2, "b"}};
    EXPECT_EQ(drain(), expected);
    EXPECT_TRUE(drain().empty());
}

TEST(LogRing, DropsTheOldestAndNeverSplits) {
    test::start();
    for (int i = 0; i < 5000; ++i) {
        log(GGML_LOG_LEVEL_INFO, ("line " + std::to_string(i) + " of many, to fill the ring\n").c_str());
    }
    char small[8];
    EXPECT_EQ(pan_log_drain(small, sizeof(small)), PAN_E_SIZE);
    const auto records = drain();
    ASSERT_FALSE(records.empty());
    EXPECT_LT(records.size(), 5000u);
    EXPECT_EQ(records.back().second.substr(0, 9), "line 4999");
}

TEST(LogRing, TakesLinesOfManyThreads) {
    test::start();
    drain();
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([] {
            for (int i = 0; i < 100; ++i) {
                log(GGML_LOG_LEVEL_INFO, "first ");
                log(GGML_LOG_LEVEL_CONT, "second\n");
            }
        });
    }
    for (auto & thread : threads) {
        thread.join();
    }
    const auto records = drain();
    EXPECT_EQ(records.size(), 400u);
    for (const auto & record : records) {
        EXPECT_EQ(record.second, "first second");
    }
}

}  // namespace
