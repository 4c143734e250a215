// Grammars: which are refused, and what those that are not allow.
#include <chrono>

#include "grammars.h"

using test::Fit;
using test::infinity;
using test::make;

namespace {

class Grammar : public test::Candidates {
  protected:
    void SetUp() override { decode(40); }

    void expect_refused(const std::string & gbnf, const std::string & why, const std::string & root = "root") {
        testing::internal::CaptureStderr();
        llama_sampler * out = nullptr;
        test::on_small_stack([&] {
            EXPECT_EQ(test::grammar(model.get(), gbnf, &out, root), PAN_E_ARG) << gbnf.substr(0, 200);
            EXPECT_NE(test::last_error().find(why), std::string::npos) << test::last_error();
        });
        EXPECT_EQ(out, nullptr);
        EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
    }

    Fit fit(const std::string & gbnf, const std::string & text) { return test::fit(model.get(), gbnf, text); }
};

std::string repeat(const std::string & text, int n) {
    std::string all;
    while (n-- > 0) {
        all += text;
    }
    return all;
}

// a0 ::= begin a1, a1 ::= begin a2… and the last one is "x".
std::string chain_of_rules(int n, const std::string & begin) {
    std::string gbnf = "root ::= a0\n";
    for (int i = 0; i < n; ++i) {
        gbnf.append("a").append(std::to_string(i)).append(" ::= ").append(begin);
        gbnf.append(" a").append(std::to_string(i + 1)).append("\n");
    }
    return gbnf.append("a").append(std::to_string(n)).append(" ::= \"x\"\n");
}

TEST_F(Grammar, AllowsWhatFits) {
    const std::string list = "root ::= item (\", \" item)* # a comment (((\n"
                             "item ::= [a-c]+ | \"\\\"\" [^\"\\\\]{2,3} \"\\\"\"\n";
    EXPECT_EQ(fit(list, "abc"), Fit::whole);
    EXPECT_EQ(fit(list, "a, \"xyz\""), Fit::whole);
    EXPECT_EQ(fit(list, "a,"), Fit::beginning);
    EXPECT_EQ(fit(list, "\"x"), Fit::beginning);
    EXPECT_EQ(fit(list, "\"x\""), Fit::no);
    EXPECT_EQ(fit(list, "\"wxyz"), Fit::no);
    EXPECT_EQ(fit(list, "d"), Fit::no);
    EXPECT_EQ(fit("root ::= \"\"", ""), Fit::whole);
    EXPECT_EQ(fit("root ::= [ä-ü]{2}", "öü"), Fit::whole);
    EXPECT_EQ(fit("root ::= [ä-ü]{2}", "öz"), Fit::no);
    EXPECT_EQ(fit("root ::= \"[\" root? \"]\"", "[[[]]]"), Fit::whole);
    EXPECT_EQ(fit("root ::= \"a\"{0,3}", "aaaa"), Fit::no);
    EXPECT_EQ(fit("root ::= \"a\"{2,}", "a"), Fit::beginning);
    EXPECT_EQ(fit("root ::= \"a\"{2,}", "aaaaa"), Fit::whole);
}

TEST_F(Grammar, MayBeginAnywhere) {
    llama_sampler * out = nullptr;
    ASSERT_EQ(test::grammar(model.get(), "a ::= \"x\"\nmain-rule ::= a a\n", &out, "main-rule"), PAN_OK);
    pan_sampler_free(out);
}

TEST_F(Grammar, MayNameTokens) {
    llama_sampler * out = nullptr;
    ASSERT_EQ(test::grammar(model.get(), "root ::= <[300]> !<[301]>", &out), PAN_OK) << test::last_error();
    const auto chain = test::chain({out}, false);
    const int32_t tokens[] = {300, 301, 302};
    EXPECT_EQ(pan_chain_accept(chain.get(), 0, tokens, 1), PAN_OK);
    EXPECT_EQ(pan_chain_accept(chain.get(), 0, tokens + 1, 1), PAN_E_ARG);
    EXPECT_EQ(pan_chain_accept(chain.get(), 0, tokens + 2, 1), PAN_OK);
    expect_refused("root ::= <never>", "line 1 of the grammar: invalid token");
    expect_refused("root ::= <" + std::string(100000, 'a') + ">", "the name of a token");
}

TEST_F(Grammar, ConstrainsSampling) {
    table[40][11] = 30;  // a byte that does not fit
    decode(40);
    llama_sampler * out = nullptr;
    ASSERT_EQ(test::grammar(model.get(), "root ::= \"he\" \"the\"?", &out), PAN_OK);
    const auto chain = test::chain({out, make(pan_sampler_draw, 5u)}, true);
    std::string text;
    for (int i = 0; i < 10; ++i) {
        int32_t token = -1;
        ASSERT_EQ(test::sample(context.get(), chain.get(), 0, &token), PAN_OK) << test::last_error();
        if (token == 2) {
            break;
        }
        char piece[16];
        const int32_t n = pan_piece(model.get(), token, false, piece, sizeof(piece), nullptr);
        text.append(piece, n);
    }
    EXPECT_TRUE(text == "he" || text == "hethe") << text;
    int32_t token = -1;
    ASSERT_EQ(test::sample(context.get(), chain.get(), 0, &token), PAN_OK);
    EXPECT_EQ(token, 2);  // the end stays allowed, and nothing else
}

// Asking the likeliest first is a short cut: the same candidates are left as when all are asked.
TEST_F(Grammar, IsAskedAboutTheLikeliestFirst) {
    for (const std::string gbnf : {"root ::= [a-z ]+", "root ::= \"q\"", "root ::= [^x]", "root ::= \"日\" | \"é\""}) {
        for (const int32_t row : {40, 50, 60}) {
            decode(row);
            for (const int32_t k : {1, 5, 16, 40, 1000}) {
                const auto left = [&](bool at_once) {
                    llama_sampler * out = nullptr;
                    EXPECT_EQ(test::grammar(model.get(), gbnf, &out), PAN_OK);
                    EXPECT_EQ(pan_candidates(context.get(), 0, &array), PAN_OK);
                    if (at_once) {
                        const auto both = test::chain({out, make(pan_sampler_top_k, k)}, false);
                        EXPECT_EQ(pan_candidates_apply(context.get(), both.get()), PAN_OK);
                    } else {
                        EXPECT_EQ(apply(out), PAN_OK);
                        EXPECT_EQ(apply(make(pan_sampler_top_k, k)), PAN_OK);
                    }
                    return probabilities(n_vocab);
                };
                EXPECT_EQ(left(true), left(false)) << gbnf << " row " << row << " k " << k;
            }
        }
    }
}

TEST_F(Grammar, FailsWhenNothingCanContinue) {
    llama_sampler * out = nullptr;
    ASSERT_EQ(test::grammar(model.get(), "root ::= \"h\" \"e\"", &out), PAN_OK);
    std::vector<llama_logit_bias> never;
    for (int32_t i = 0; i < n_vocab; ++i) {
        if (i != 2) {
            never.push_back({i, -infinity});
        }
    }
    const auto chain = test::chain({out, make(pan_sampler_bias, n_vocab, never.data(), n_vocab - 1),
                                    make(pan_sampler_typical_p, 0.5f), make(pan_sampler_draw, 1u)}, true);
    int32_t token = -1;
    EXPECT_EQ(test::sample(context.get(), chain.get(), 0, &token), PAN_E_EXCEPTION);
    EXPECT_EQ(test::last_error(), "no token is allowed by the chain");
    EXPECT_EQ(test::sample(context.get(), test::chain({make(pan_sampler_greedy)}, true).get(), 0, &token), PAN_OK);
}

TEST_F(Grammar, RefusesTokensThatDoNotFit) {
    llama_sampler * out = nullptr;
    ASSERT_EQ(test::grammar(model.get(), "root ::= \"he\"", &out), PAN_OK);
    const auto chain = test::chain({make(pan_sampler_top_k, 5), out}, false);
    for (const int32_t token : {test::byte_token('x'), 2, n_vocab, INT32_MAX}) {
        EXPECT_EQ(pan_chain_accept(chain.get(), -1, &token, 1), PAN_E_ARG);
        EXPECT_EQ(pan_chain_accept(chain.get(), 1, &token, 1), PAN_E_ARG);
    }
    const int32_t fits[] = {test::byte_token('h'), test::byte_token('e'), 2};
    EXPECT_EQ(pan_chain_accept(chain.get(), -1, fits, 3), PAN_OK) << test::last_error();
}

TEST_F(Grammar, InfillCannotBreakOutOfIt) {
    llama_sampler * out = nullptr;
    ASSERT_EQ(test::grammar(model.get(), "root ::= [a-z]+ \"!\"", &out), PAN_OK);
    const auto chain = test::chain({out, make(pan_sampler_infill, model.get()), make(pan_sampler_draw, 1u)}, true);
    int32_t token = -1;
    const int32_t status = test::sample(context.get(), chain.get(), 0, &token);
    EXPECT_TRUE(status == PAN_OK ? token != 2 : status == PAN_E_EXCEPTION) << test::last_error();
}

TEST_F(Grammar, RefusesBadSyntax) {
    expect_refused("", "no rule 'root'");
    expect_refused("root", "line 1 of the grammar: expecting ::= at its end");
    expect_refused("root ::= \"a\"\nb ::= (\"x\"\nc ::= \"y\"", "line 3 of the grammar: expecting ')' at ::= \"y\"");
    expect_refused("root ::= \"a", "unexpected end of input");
    expect_refused("root ::= [a", "unexpected end of input");
    expect_refused("root ::= \"\\q\"", "unknown escape");
    expect_refused("root ::= *", "expecting preceding item");
    expect_refused("root ::= \"a\"{", "expecting an int");
    expect_refused("root ::= \"a\"{99999999999999999999999}", "a minimum above 2000");
    expect_refused("root ::= a\nb ::= \"x\"", "rule 'a' of the grammar is not defined");
    expect_refused("b ::= \"x\"", "no rule 'root'");
    expect_refused("root ::= \"x\"", "no rule 'other'", "other");
    expect_refused("root ::= \"x\"", "no rule ''", "");
    expect_refused(std::string("root ::= \"a\0b\"", 14), "a zero byte");
    expect_refused("root ::= \"" + std::string(256 << 10, 'a') + "\"", "longer than 262144 bytes");
    llama_sampler * out = nullptr;
    EXPECT_EQ(pan_sampler_grammar(nullptr, "", 0, "", 0, &out), PAN_E_ARG);
    EXPECT_EQ(pan_sampler_grammar(model.get(), nullptr, 1, "root", 4, &out), PAN_E_ARG);
    EXPECT_EQ(pan_sampler_grammar(model.get(), "", -1, "root", 4, &out), PAN_E_ARG);
    EXPECT_EQ(pan_sampler_grammar(model.get(), "root ::= \"x\"", 12, nullptr, 4, &out), PAN_E_ARG);
}

TEST_F(Grammar, RefusesLeftRecursion) {
    expect_refused("root ::= root \"a\" | \"b\"", "rule 'root' of the grammar is left-recursive");
    expect_refused("root ::= a\na ::= b \"x\"\nb ::= \"y\" | a", "left-recursive");
    expect_refused("root ::= x root \"a\" | \"b\"\nx ::= y\ny ::= \"\"", "left-recursive");  // unseen by llama.cpp
    expect_refused("root ::= (\"a\"* root)? \"b\"", "left-recursive");
    expect_refused("root ::= (\"a\"?)*", "left-recursive");  // an empty repetition repeats itself
}

TEST_F(Grammar, RefusesRepetitionsThatExplode) {
    expect_refused("root ::= \"a\"{3,2}", "a maximum below its minimum");
    expect_refused("root ::= \"a\"{3 , # {\n 0 }", "a maximum below its minimum");
    expect_refused("root ::= \"a\"{2001}", "a minimum above 2000");
    expect_refused("root ::= \"a\"{2000}{2000}", "too large");
    expect_refused("root ::= (\"a\"{0,100}){0,100}", "exceeds sane defaults");
    expect_refused("root ::= \"" + std::string(100000, 'a') + "\"{2000}", "too large");
    expect_refused("root ::= [" + std::string(100000, 'a') + "]{0,2000}", "too large");
    expect_refused("root ::= " + repeat("\"a\"{2000} ", 20000), "too large");
    expect_refused(std::string(100000, 'a') + " ::= " + repeat("\"a\"? ", 20000), "too large");
}

TEST_F(Grammar, BoundsNestingOnASmallStack) {
    const std::string deep = repeat("(", 500) + "\"x\"" + repeat(")", 500);
    expect_refused("root ::= " + repeat("(", 501) + "\"x\"" + repeat(")", 501), "nest deeper than 500");
    expect_refused("root ::= " + repeat("(", 100000), "nest deeper than 500");
    expect_refused(chain_of_rules(1001, ""), "too long a chain of rules");
    expect_refused(chain_of_rules(10000, ""), "too long a chain of rules");
    expect_refused(chain_of_rules(2000, "\"y\"?"), "too long a chain of rules");
    expect_refused("root ::= (\"a\"?){0,1000}", "too long a chain of rules");
    test::on_small_stack([&] {
        EXPECT_EQ(fit("root ::= " + deep, "x"), Fit::whole);
        EXPECT_EQ(fit("root ::= " + repeat("\"(\" ", 1) + repeat("[(] (", 499) + "\"x\"" + repeat(")?", 499), "((x"), Fit::no);
        EXPECT_EQ(fit(chain_of_rules(990, ""), "x"), Fit::whole);
        EXPECT_EQ(fit(chain_of_rules(200, "\"y\"?"), "yyyx"), Fit::whole);
        EXPECT_EQ(fit(chain_of_rules(10000, "\"y\""), "yyy"), Fit::beginning);
    });
}

TEST_F(Grammar, BoundsTheLengthOfTokens) {
    for (const int length : {1000, 1001}) {
        test::ModelSpec spec;
        spec.extra_control = {std::string(length, 'a')};
        const auto other = test::load(test::write_model("long", spec), true);
        test::on_small_stack([&] {
            llama_sampler * out = nullptr;
            ASSERT_EQ(test::grammar(other.get(), "root ::= [a-z]* \"!\"", &out), length == 1000 ? PAN_OK : PAN_E_ARG);
            if (out) {
                const auto chain = test::chain({out}, false);
                const int32_t token = test::vocabulary_size({});
                EXPECT_EQ(pan_chain_accept(chain.get(), 0, &token, 1), PAN_OK) << test::last_error();
            }
        });
    }
}

TEST_F(Grammar, BoundsAmbiguity) {
    std::string doubling = "root ::= a0\n";  // llama.cpp's own check would take 2^60 steps
    for (int i = 0; i < 60; ++i) {
        const std::string next = std::string("a").append(std::to_string(i + 1));
        doubling.append("a").append(std::to_string(i)).append(" ::= ").append(next).append(" | ").append(next).append(" \"y\"\n");
    }
    expect_refused(doubling + "a60 ::= \"x\"\n", "too many ways to begin");
    expect_refused("root ::= " + repeat("\"a\"|", 10001) + "\"a\"", "too many ways to begin");
    expect_refused("root ::= " + repeat("\"a\"? ", 2000), "too many ways to go on");
    expect_refused(chain_of_rules(990, "\"y\"?"), "too many ways to go on");
    const auto begin = std::chrono::steady_clock::now();
    test::on_small_stack([&] {
        EXPECT_EQ(fit("root ::= " + repeat("\"a\"? ", 200), "aaaa"), Fit::whole);
        EXPECT_EQ(fit("root ::= " + repeat("\"a\" | ", 5000) + "\"b\"", "b"), Fit::whole);
    });
    // The places of a text in such a grammar double with each character; llama.cpp has no bound.
    llama_sampler * out = nullptr;
    ASSERT_EQ(test::grammar(model.get(), "root ::= \"a\" root \"b\" | \"a\" root \"c\" | \"a\"", &out), PAN_OK);
    const auto chain = test::chain({out}, false);
    const int32_t a = test::byte_token('a');
    int32_t status = PAN_OK;
    for (int i = 0; i < 40 && status == PAN_OK; ++i) {
        status = pan_chain_accept(chain.get(), 0, &a, 1);
    }
    EXPECT_EQ(status, PAN_E_ARG);
    EXPECT_NE(test::last_error().find("too ambiguous"), std::string::npos) << test::last_error();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(60));
}

}  // namespace
