// Any bytes as a model file: it is refused, or what it holds can be asked for and evaluated.
#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "fuzz.h"

namespace {

const std::string & path() {
    static const std::string name =
        (std::filesystem::temp_directory_path() / ("pan-fuzz-" + std::to_string(getpid()) + ".gguf")).string();
    static const struct Remover {
        ~Remover() { std::filesystem::remove(name); }
    } remover;
    return name;
}

// With PAN_FUZZ_VERBOSE, why a model was refused.
void say(const char * what) {
    if (getenv("PAN_FUZZ_VERBOSE")) {
        fprintf(stderr, "%s: %s\n", what, pan_last_error());
    }
}

void ask(llama_model * model) {
    pan_model_facts facts;
    fuzz::checked(pan_model_facts_get(model, &facts), "facts");
    std::vector<char> buffer(1 << 16);
    for (int32_t what = PAN_TEXT_DESCRIPTION; what <= PAN_TEXT_NAME; ++what) {
        pan_model_text_get(model, what, buffer.data(), static_cast<int32_t>(buffer.size()), nullptr);
    }
    for (int32_t token = -1; token <= std::min(facts.n_vocab, 400); ++token) {
        pan_piece(model, token, true, buffer.data(), static_cast<int32_t>(buffer.size()), nullptr);
        pan_token_flags(model, token);
    }
    std::vector<int32_t> tokens(64);
    const int32_t n = pan_tokenize(model, "the hand", 8, true, true, tokens.data(), 64, nullptr);
    const auto context = fuzz::context(model);
    if (!context || n < 1 || n > 16) {
        return;
    }
    std::vector<int32_t> positions(n), sequences(n);
    for (int32_t i = 0; i < n; ++i) {
        positions[i] = i;
    }
    const std::vector<int8_t> outputs(n, 1);
    // With several threads ggml would assert on one where nobody can catch it.
    fuzz::checked(pan_decode(context.get(), n, tokens.data(), positions.data(), sequences.data(), outputs.data()), "decode");
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t * data, size_t size) {
    std::ofstream(path(), std::ios::binary).write(reinterpret_cast<const char *>(data), static_cast<std::streamsize>(size));
    if (const auto model = fuzz::load(path())) {
        ask(model.get());
    } else {
        say("loading");
    }
    return 0;
}
