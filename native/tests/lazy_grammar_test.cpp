// Grammars that wait for a trigger.
#include <chrono>

#include "grammars.h"

namespace {

class LazyGrammar : public test::Candidates {
  protected:
    void SetUp() override { decode(40); }

    int32_t create(const std::string & gbnf, const std::string & triggers, llama_sampler ** out) {
        return pan_sampler_grammar_lazy(model.get(), gbnf.data(), gbnf.size(), "root", 4, triggers.data(),
                                        triggers.size(), out);
    }

    auto lazy(const std::string & gbnf, const std::string & triggers) {
        llama_sampler * sampler = nullptr;
        EXPECT_EQ(create(gbnf, triggers, &sampler), PAN_OK) << test::last_error();
        return test::chain({sampler}, false);
    }

    // How much of the text is accepted.
    size_t accepted(llama_sampler * chain, const std::string & text) {
        for (size_t i = 0; i < text.size(); ++i) {
            const int32_t token = test::byte_token(text[i]);
            if (pan_chain_accept(chain, 0, &token, 1) != PAN_OK) {
                return i;
            }
        }
        return text.size();
    }

    void expect_stop(const std::string & triggers, const std::string & text, size_t at,
                     const std::string & gbnf = "root ::= \"<call>\" [0-9]+ \";\"") {
        const auto chain = lazy(gbnf, triggers);
        EXPECT_EQ(accepted(chain.get(), text), at) << triggers << " " << text;
    }
};

const std::string word = R"([{"type": "word", "value": "<call>"}])";

// As llama.cpp writes them: a repetition of calls each of which may be missing.
TEST_F(LazyGrammar, BearsRepetitionsOfWhatMayBeEmpty) {
    const std::string calls = "root ::= call | (call? space)+\ncall ::= \"<call>\" [0-9] \";\"\nspace ::= | \" \"";
    expect_stop(word, "<call>1; <call>2;  x", 19, calls);
    llama_sampler * out = nullptr;
    EXPECT_EQ(create("root ::= (\"\" root)? \"a\" | root \"b\"", word, &out), PAN_E_ARG);
}

TEST_F(LazyGrammar, IsFreeBeforeAWordAndBoundAfter) {
    expect_stop(word, "anything <cal> goes", 19);
    expect_stop(word, "anything <call>12;", 18);
    expect_stop(word, "anything <call>1x", 16);
    expect_stop(word, "<call>1;x", 8);
    expect_stop(R"([{"type": "word", "value": "never"}, {"type": "word", "value": "<call>"}])", "<call>x", 6);
}

TEST_F(LazyGrammar, SeesATriggerWithinAndAcrossTokens) {
    // "the" begins with a space: the rest of the token belongs to the grammar.
    const auto token_of = [&](const std::string & piece) {
        for (size_t i = 0; i < test::pieces().size(); ++i) {
            if (test::pieces()[i] == piece) {
                return test::first_piece + static_cast<int32_t>(i);
            }
        }
        return -1;
    };
    const auto chain = lazy("root ::= \"th\" \"er\" \"!\"", R"([{"type": "word", "value": "th"}])");
    const int32_t tokens[] = {token_of("\u2581t"), token_of("he"), token_of("r"), token_of("e"), token_of("x")};
    EXPECT_EQ(pan_chain_accept(chain.get(), 0, tokens, 2), PAN_OK) << test::last_error();  // " the"
    EXPECT_EQ(pan_chain_accept(chain.get(), 0, tokens + 3, 1), PAN_E_ARG);
    EXPECT_EQ(pan_chain_accept(chain.get(), 0, tokens + 4, 1), PAN_E_ARG);
    EXPECT_EQ(pan_chain_accept(chain.get(), 0, tokens + 2, 1), PAN_OK);
}

TEST_F(LazyGrammar, IsNoneIfTheTextDoesNotFit) {
    const auto chain = lazy("root ::= \" the\" [0-9]", R"([{"type": "word", "value": " t"}])");
    const int32_t a = test::first_piece + 37;  // " a"
    EXPECT_EQ(pan_chain_accept(chain.get(), 0, &a, 1), PAN_OK);
    EXPECT_EQ(accepted(chain.get(), " the5"), 5u);
    EXPECT_EQ(accepted(chain.get(), "x"), 0u);
    expect_stop(R"([{"type": "pattern", "value": "<c"}])", "<c", 2);
    expect_stop(R"([{"type": "pattern", "value": "<call"}])", "<call> x", 6);
    expect_stop(R"([{"type": "pattern", "value": "<[a-z]+>"}])", "<no> <never> <call>x", 19);
}

TEST_F(LazyGrammar, BeginsAtTokens) {
    const auto chain = lazy("root ::= \"</s>\" | \"a\" \"b\"", R"([{"type": "token", "token": 100, "value": "a"}])");
    EXPECT_EQ(accepted(chain.get(), "xyz"), 3u);
    const int32_t a = 100;  // byte 'a'
    ASSERT_EQ(a, test::byte_token('a'));
    EXPECT_EQ(pan_chain_accept(chain.get(), 0, &a, 1), PAN_OK);
    EXPECT_EQ(accepted(chain.get(), "xb"), 0u);
    EXPECT_EQ(accepted(chain.get(), "b"), 1u);
}

TEST_F(LazyGrammar, BeginsAtPatterns) {
    expect_stop(R"x([{"type": "pattern", "value": "go(<call>)"}])x", "<call>x go<call>x", 16);
    expect_stop(R"([{"type": "pattern", "value": "^<call>"}])", "x<call>x", 8);
    expect_stop(R"([{"type": "pattern", "value": "^<call>"}])", "<call>x", 6);
    expect_stop(R"([{"type": "pattern_full", "value": "[^]*?(<call>)[^]*"}])", "abc <call>x", 10);
    const std::string far(600, '.');
    expect_stop(R"([{"type": "pattern", "value": "<call>"}])", far + "<call>x", 606);
    expect_stop(R"([{"type": "pattern", "value": "^<call>"}])", far + "<call>x", 607);
    expect_stop(R"x([{"type": "pattern", "value": "(?:^|go)(<call>)"}])x", far + "<call>x go<call>x", 616);
}

TEST_F(LazyGrammar, RefusesBadArguments) {
    llama_sampler * out = nullptr;
    for (const char * bad : {"", "[]", "{}", R"([{"type": "word"}])", R"([{"type": "word", "value": ""}])",
                             R"([{"type": "pattern", "value": "("}])", R"([{"type": "token", "token": 100000}])",
                             R"([{"type": "other", "value": "a"}])"}) {
        EXPECT_EQ(create("root ::= [a]", bad, &out), PAN_E_ARG) << bad;
    }
    EXPECT_EQ(create("root ::= (", word, &out), PAN_E_ARG);
    EXPECT_EQ(out, nullptr);
}

TEST_F(LazyGrammar, FitsTheRestOfSampling) {
    llama_sampler * sampler = nullptr;
    ASSERT_EQ(create("root ::= \"<call>\" [0-9]+ \";\"", word, &sampler), PAN_OK);
    const auto chain = test::chain({sampler, test::make(pan_sampler_greedy)}, true);
    const auto sampled = [&] {
        int32_t token = -1;
        EXPECT_EQ(test::sample(context.get(), chain.get(), 0, &token), PAN_OK) << test::last_error();
        return token;
    };
    int32_t best = 0;
    const auto row = test::logits(context.get(), 0, test::vocabulary_size({}));
    for (size_t i = 0; i < row.size(); ++i) {
        best = row[i] > row[best] ? i : best;
    }
    EXPECT_EQ(sampled(), best);
    EXPECT_EQ(accepted(chain.get(), "<call>"), 6u);
    llama_sampler * copy = llama_sampler_clone(sampler);
    const int32_t digit = sampled();
    EXPECT_TRUE(digit >= test::byte_token('0') && digit <= test::byte_token('9')) << digit;
    llama_sampler_reset(sampler);
    EXPECT_EQ(sampled(), best);
    const auto other = test::chain({copy}, false);
    EXPECT_EQ(accepted(other.get(), "x"), 0u);
    EXPECT_EQ(accepted(other.get(), "7;"), 2u);
}

TEST_F(LazyGrammar, SearchesWhatIsNew) {
    const auto chain = lazy("root ::= \"<call>\"", R"x([{"type": "word", "value": "<call>"}, {"type": "pattern", "value":)x"
                                                   R"x( "^[^]*?(<other>)[^]*$"}])x");
    const std::string text(100000, '.');
    test::on_small_stack([&] {
        const auto begin = std::chrono::steady_clock::now();
        EXPECT_EQ(accepted(chain.get(), text), text.size());
        EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(60));
    });
}

}  // namespace
