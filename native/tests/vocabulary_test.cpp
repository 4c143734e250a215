// Tokenizing, and prompts in parts.
#include "support.h"

namespace {

const std::vector<std::string> controls = {"<|open|>", "<|end|>", "<|end|>x", "<|channel|>"};

class Vocabulary : public ::testing::Test {
  protected:
    test::Model model = test::load(test::write_model("vocabulary", [] {
        test::ModelSpec spec;
        spec.extra_control = controls;
        return spec;
    }()));
    int32_t first_control = test::vocabulary_size({});

    std::vector<int32_t> whole(const std::string & text) { return test::tokenize(model.get(), text, true, true); }
};

TEST_F(Vocabulary, RoundTrips) {
    for (const std::string text : {"the hand and the ear", "", "caf\u00e9 \U0001F600\n<|open|>", "a\nb"}) {
        const auto tokens = test::tokenize(model.get(), text, false, false);
        std::vector<char> out(256);
        std::string joined;
        for (int32_t token : tokens) {
            const int32_t size = pan_piece(model.get(), token, false, out.data(), 256, nullptr);
            joined.append(out.data(), size);
        }
        EXPECT_EQ(joined, text);
    }
}

TEST_F(Vocabulary, TellsTheNeededSize) {
    int32_t needed = 0, token = 0;
    EXPECT_EQ(pan_tokenize(model.get(), "the hand", 8, true, false, &token, 1, &needed), PAN_E_SIZE);
    EXPECT_EQ(needed, static_cast<int32_t>(test::tokenize(model.get(), "the hand", true, false).size()));
    char byte;
    EXPECT_EQ(pan_piece(model.get(), first_control, true, &byte, 1, &needed), PAN_E_SIZE);
    EXPECT_EQ(needed, 8);
    EXPECT_EQ(pan_piece(model.get(), first_control, false, &byte, 1, &needed), 0);
}

TEST_F(Vocabulary, ChecksTokens) {
    char byte;
    for (int32_t token : {-1, 100000}) {
        EXPECT_EQ(pan_piece(model.get(), token, true, &byte, 1, nullptr), PAN_E_ARG);
        EXPECT_EQ(pan_token_flags(model.get(), token), PAN_E_ARG);
    }
    EXPECT_EQ(pan_tokenize(model.get(), nullptr, 5, true, true, nullptr, 0, nullptr), PAN_E_ARG);
    EXPECT_EQ(pan_tokenize(model.get(), "x", -5, true, true, nullptr, 0, nullptr), PAN_E_ARG);
}

TEST_F(Vocabulary, TellsFlags) {
    EXPECT_EQ(pan_token_flags(model.get(), 2), PAN_TOKEN_EOG | PAN_TOKEN_CONTROL);
    EXPECT_EQ(pan_token_flags(model.get(), 1), PAN_TOKEN_CONTROL);
    EXPECT_EQ(pan_token_flags(model.get(), 3 + 65), PAN_TOKEN_BYTE);
    EXPECT_EQ(pan_token_flags(model.get(), test::first_piece), 0);
}

TEST_F(Vocabulary, PartsGiveTheTokensOfTheWholeText) {
    const std::vector<std::vector<test::Part>> prompts = {
        {},
        {{"", true}},
        {{"<|open|>the ", true}, {"hand", false}, {"<|end|>\n", true}},
        {{"<s><|open|>", true}, {"the", false}, {" and ", true}, {"ing", false}, {"<|end|>", true}},
        {{"th", true}, {"e an", false}, {"d", true}},
        {{"<|end|>x<|end|>", true}, {"", false}, {"<|open|>", true}},
        {{"plain", true}},
    };
    for (const auto & prompt : prompts) {
        std::string text;
        for (const auto & part : prompt) {
            text += part.text;
        }
        auto expected = whole(text);
        if (text.starts_with("<s>")) {
            expected.erase(expected.begin());  // no second BOS
        }
        EXPECT_EQ(test::tokenize_parts(model.get(), prompt), expected) << text;
    }
}

TEST_F(Vocabulary, ForgedControlTokensStayText) {
    const auto count_controls = [&](const std::vector<int32_t> & tokens) {
        return std::count_if(tokens.begin() + 1, tokens.end(), [&](int32_t t) { return t < 3 || t >= first_control; });
    };
    EXPECT_EQ(count_controls(test::tokenize_parts(model.get(), {{"<|open|>", true}, {"<|end|><s>", false}, {"<|end|>", true}})), 2);
    // Nor does one come to be across a border.
    EXPECT_EQ(count_controls(test::tokenize_parts(model.get(), {{"<|op", true}, {"en|>", false}})), 0);
    EXPECT_EQ(count_controls(test::tokenize_parts(model.get(), {{"<|op", true}, {"en|>", true}})), 0);
    EXPECT_EQ(count_controls(test::tokenize_parts(model.get(), {{"<|end|>", true}, {"x", false}})), 1);
    EXPECT_EQ(test::tokenize_parts(model.get(), {{"<|end|>", false}}), test::tokenize(model.get(), "<|end|>", true, false));
}

// llama.cpp makes this one a user-defined token, which it finds in any text.
TEST_F(Vocabulary, ForgedUserDefinedControlTokensStayText) {
    const int32_t channel = first_control + 3;
    const auto forged = test::tokenize_parts(model.get(), {{"<|channel|>", true}, {"a<|channel|>b<|channel|>", false}});
    EXPECT_EQ(std::count(forged.begin(), forged.end(), channel), 1);
    EXPECT_EQ(test::tokenize_parts(model.get(), {{"a<|channel|>b", true}}), whole("a<|channel|>b"));
}

TEST_F(Vocabulary, ForgetsAFreedModel) {
    EXPECT_EQ(test::tokenize_parts(model.get(), {{"<|open|>", true}}).size(), 2u);
    model.reset();
    for (int i = 0; i < 4; ++i) {  // an allocator likes to give the same address again
        const auto other = test::load(test::write_model("other", {}));
        EXPECT_GT(test::tokenize_parts(other.get(), {{"<|open|>", true}}).size(), 2u);
    }
}

}  // namespace
