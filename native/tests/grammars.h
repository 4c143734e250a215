// Texts against grammars.
#pragma once

#include <pthread.h>

#include "candidates.h"

namespace test {

// Runs f on a thread with the small stack that a JVM gives its threads.
inline void on_small_stack(const std::function<void()> & f) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 1 << 20);
    pthread_t thread;
    const auto run = [](void * data) -> void * {
        (*static_cast<const std::function<void()> *>(data))();
        return nullptr;
    };
    ASSERT_EQ(pthread_create(&thread, &attributes, run, const_cast<std::function<void()> *>(&f)), 0);
    pthread_join(thread, nullptr);
    pthread_attr_destroy(&attributes);
}

inline int32_t grammar(const llama_model * model, const std::string & gbnf, llama_sampler ** out,
                       const std::string & root = "root") {
    return pan_sampler_grammar(model, gbnf.data(), static_cast<int32_t>(gbnf.size()), root.data(),
                               static_cast<int32_t>(root.size()), out);
}

inline int32_t byte_token(char c) { return 3 + static_cast<unsigned char>(c); }

// How far a text follows a grammar, byte by byte.
enum class Fit { no, beginning, whole };

inline Fit fit(const llama_model * model, const std::string & gbnf, const std::string & text) {
    llama_sampler * sampler = nullptr;
    EXPECT_EQ(grammar(model, gbnf, &sampler), PAN_OK) << last_error();
    const auto chain = test::chain({sampler}, false);
    for (const char c : text) {
        const int32_t token = byte_token(c);
        const int32_t status = pan_chain_accept(chain.get(), 0, &token, 1);
        if (status != PAN_OK) {
            EXPECT_EQ(status, PAN_E_ARG) << last_error();
            return Fit::no;
        }
    }
    const int32_t end = 2;
    return pan_chain_accept(chain.get(), 0, &end, 1) == PAN_OK ? Fit::whole : Fit::beginning;
}

}  // namespace test
