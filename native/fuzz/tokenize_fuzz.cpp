// Any bytes as text, in parts: it has tokens, and if it is text, theirs is the same again.
#include "fuzz.h"

#include "json.h"

namespace {

std::string text_of(const std::vector<int32_t> & tokens) {
    std::string all;
    char buffer[256];
    for (const int32_t token : tokens) {
        const int32_t n = fuzz::checked(pan_piece(fuzz::model(), token, true, buffer, sizeof(buffer), nullptr), "piece");
        all.append(buffer, std::max(n, 0));
    }
    return all;
}

// Only UTF-8, which all text is that Java gives: a space goes to the vocabulary as the bytes of U+2581, which come back
// as a space only if no broken character has some of them. So U+2581 itself comes back as a space.
bool comes_back(const std::string & text) {
    if (text.find("\u2581") != std::string::npos) {
        return false;
    }
    try {
        return !common_json::make(text).dump().empty();  // throws if it is no UTF-8
    } catch (const std::exception &) {
        return false;
    }
}

// Three for a space: its bytes as U+2581.
size_t most_tokens(const std::string & text) { return 3 * text.size() + 2; }

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t * data, size_t size) {
    const auto all = fuzz::parts(data, size, 4);
    const std::string & text = all[3];
    for (const bool special : {false, true}) {
        std::vector<int32_t> tokens(most_tokens(text));
        const int32_t n = fuzz::checked(pan_tokenize(fuzz::model(), text.data(), static_cast<int32_t>(text.size()), false,
            special, tokens.data(), static_cast<int32_t>(tokens.size()), nullptr), "tokenize");
        if (n >= 0) {
            tokens.resize(n);
            if (comes_back(text) && text_of(tokens) != text) {
                fuzz::fail("another text");
            }
        }
    }
    std::string joined;
    std::vector<int32_t> sizes;
    std::vector<int8_t> special;
    for (const std::string & part : all) {
        joined += part;
        sizes.push_back(static_cast<int32_t>(part.size()));
        special.push_back(static_cast<int8_t>(special.size() % 2));
    }
    std::vector<int32_t> tokens(most_tokens(joined));
    fuzz::checked(pan_tokenize_parts(fuzz::model(), joined.data(), sizes.data(), special.data(),
        static_cast<int32_t>(sizes.size()), tokens.data(), static_cast<int32_t>(tokens.size()), nullptr), "parts");
    return 0;
}
