// Any text as a grammar, and a text that is to follow it.
#include "fuzz.h"

namespace {

// One row of a model, whose candidates a grammar is applied to.
pan_context * row() {
    static const fuzz::Context context = [] {
        auto made = fuzz::context(fuzz::model());
        const int32_t token = 1, zero = 0;
        const int8_t output = 1;
        if (!made || pan_decode(made.get(), 1, &token, &zero, &zero, &output) != 0) {
            fuzz::fail("decode");
        }
        return made;
    }();
    return context.get();
}

void apply(llama_sampler * chain) {
    llama_token_data_array * candidates = nullptr;
    fuzz::checked(pan_candidates(row(), 0, &candidates), "candidates");
    fuzz::checked(pan_candidates_apply(row(), chain), "apply");
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t * data, size_t size) {
    const auto parts = fuzz::parts(data, size, 2);
    const std::string & gbnf = parts[0];
    llama_sampler * grammar = nullptr;
    if (fuzz::checked(pan_sampler_grammar(fuzz::model(), gbnf.data(), static_cast<int32_t>(gbnf.size()), "root", 4, &grammar),
                      "grammar") != PAN_OK) {
        return 0;
    }
    llama_sampler * made = nullptr;
    if (pan_chain_new(&grammar, 1, false, &made) != PAN_OK) {
        fuzz::fail("chain");
    }
    const fuzz::Sampler chain(made, pan_sampler_free);
    apply(chain.get());
    for (const char c : parts[1].substr(0, 200)) {
        const int32_t token = 3 + static_cast<unsigned char>(c);
        if (fuzz::checked(pan_chain_accept(chain.get(), 0, &token, 1), "accept") != PAN_OK) {
            break;
        }
    }
    apply(chain.get());
    return 0;
}
