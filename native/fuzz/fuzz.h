// What the fuzz targets share: the shim started, a tiny model, and what a call may return whatever it was given.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "panallama.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t * data, size_t size);

namespace fuzz {

// Ends the process, which the fuzzer takes for a crash: its input is kept.
[[noreturn]] inline void fail(const char * what) {
    fprintf(stderr, "%s: %s\n", what, pan_last_error());
    abort();
}

// Input may be refused. An abort of ggml that had to be caught, or what is no exception, is a defect.
inline int32_t checked(int32_t status, const char * what) {
    const bool refused = status == PAN_E_ARG || status == PAN_E_EXCEPTION || status == PAN_E_NULL || status == PAN_E_NOMEM;
    if (status < 0 && !refused) {
        fail(what);
    }
    return status;
}

inline void start() {
    static const bool started = [] {
        if (pan_init(1 << 16) != PAN_OK || pan_start() < 1) {
            fail("start");
        }
        return true;
    }();
    (void) started;
}

using Model = std::unique_ptr<llama_model, decltype(&pan_model_free)>;
using Context = std::unique_ptr<pan_context, decltype(&pan_context_free)>;
using Sampler = std::unique_ptr<llama_sampler, decltype(&pan_sampler_free)>;

// NULL if it is refused, or ggml aborted: llama.cpp reads files with asserts, and Java looks at them first.
inline Model load(const std::string & path) {
    start();
    llama_model_params params;
    pan_model_defaults(&params);
    params.load_mode = LLAMA_LOAD_MODE_NONE;
    llama_model * model = nullptr;
    pan_model_load(path.c_str(), &params, nullptr, nullptr, &model);
    return {model, pan_model_free};
}

// The one that is beside this file: a vocabulary with bytes, a few pieces and marks of chats, and a layer.
inline llama_model * model() {
    static const Model loaded = load(PAN_FUZZ_MODEL);
    if (!loaded) {
        fail(PAN_FUZZ_MODEL);
    }
    return loaded.get();
}

inline Context context(llama_model * model) {
    llama_context_params params;
    pan_context_defaults(&params);
    params.n_ctx = params.n_batch = params.n_ubatch = 32;
    params.n_threads = params.n_threads_batch = 1;
    pan_context * made = nullptr;
    pan_context_new(model, &params, nullptr, &made);
    return {made, pan_context_free};
}

// The parts of an input, each up to a NUL; the last is all the rest.
inline std::vector<std::string> parts(const uint8_t * data, size_t size, size_t n) {
    std::string_view rest(reinterpret_cast<const char *>(data), size);
    std::vector<std::string> all;
    while (all.size() + 1 < n) {
        const size_t end = std::min(rest.find('\0'), rest.size());
        all.emplace_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    all.emplace_back(rest);
    return all;
}

// Text that a function of the shim gave.
struct Text {
    char * data = nullptr;
    int32_t size = 0;

    Text() = default;
    Text(const Text &) = delete;
    ~Text() { pan_free(data); }
    std::string string() const { return data ? std::string(data, size) : std::string(); }
};

}  // namespace fuzz
