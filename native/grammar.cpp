// Text constrained by a grammar: llama.cpp's engine behind a sampler of ours, which sees when it grows beyond bounds.
#include "gbnf.h"
#include "samplers.h"

namespace pan {
namespace {

constexpr int32_t max_piece = 1000;    // the engine recurses over the characters of a token
constexpr size_t max_stacks = 5000;  // in how many places of an ambiguous grammar a text may be at once

struct FreeGrammar {
    void operator()(llama_grammar * grammar) const { llama_grammar_free_impl(grammar); }
};

struct Grammar {
    int32_t n_vocab;
    std::unique_ptr<llama_grammar, FreeGrammar> llama;
};

Grammar & grammar_of(llama_sampler * sampler) { return *static_cast<Grammar *>(sampler->ctx); }

void check_token(const Grammar & grammar, int32_t token) {
    PAN_CHECK(token >= 0 && token < grammar.n_vocab, "token %d is not in 0..%d", token, grammar.n_vocab - 1);
}

void apply_grammar(llama_sampler * self, llama_token_data_array * candidates) {
    const Grammar & grammar = grammar_of(self);
    for (const llama_token_data & c : std::span(candidates->data, candidates->size)) {
        check_token(grammar, c.id);
    }
    llama_grammar_apply_impl(*grammar.llama, candidates);
}

void accept_token(llama_sampler * self, llama_token token) {
    const Grammar & grammar = grammar_of(self);
    check_token(grammar, token);
    llama_grammar_accept_impl(*grammar.llama, token);
    if (llama_grammar_get_stacks(grammar.llama.get()).size() > max_stacks) {
        throw Failure(PAN_E_EXCEPTION, "the grammar is too ambiguous: the text fits it in too many ways");
    }
}

llama_sampler * new_grammar(const llama_vocab * vocab, const Gbnf & gbnf) {
    static llama_sampler_i type = [] {
        llama_sampler_i grammar{};
        grammar.name = [](const llama_sampler *) { return "grammar"; };
        grammar.accept = accept_token;
        grammar.apply = apply_grammar;
        grammar.free = [](llama_sampler * self) { delete &grammar_of(self); };
        return grammar;
    }();
    const int32_t n_vocab = llama_vocab_n_tokens(vocab);
    for (llama_token token = 0; token < n_vocab; ++token) {
        PAN_CHECK(llama_token_to_piece(vocab, token, nullptr, 0, 0, true) >= -max_piece,
                  "the text of token %d is longer than %d bytes", token, max_piece);
    }
    std::vector<const llama_grammar_element *> rules;
    for (const llama_grammar_rule & rule : gbnf.rules) {
        rules.push_back(rule.data());
    }
    auto grammar = std::make_unique<Grammar>();
    grammar->n_vocab = n_vocab;
    grammar->llama.reset(llama_grammar_init_impl(vocab, rules.data(), rules.size(), gbnf.root));
    if (!grammar->llama) {
        fail_with_log("the grammar cannot be used");
    }
    return llama_sampler_init(&type, grammar.release());
}

std::string_view checked(const char * name, const char * bytes, int32_t n_bytes) {
    PAN_CHECK(n_bytes >= 0 && (n_bytes == 0 || bytes), "%s is NULL or its size %d negative", name, n_bytes);
    return {bytes, static_cast<size_t>(n_bytes)};
}

}  // namespace
}  // namespace pan

int32_t pan_sampler_grammar(const llama_model * model, const char * gbnf, int32_t n_bytes, const char * root,
                            int32_t root_bytes, llama_sampler ** out) {
    return pan::create_sampler(out, [&] {
        const llama_vocab * vocab = pan::vocabulary(model);
        const auto source = pan::checked("gbnf", gbnf, n_bytes);
        return pan::new_grammar(vocab, pan::parse_gbnf(source, pan::checked("root", root, root_bytes), vocab));
    });
}

int32_t pan_schema_to_gbnf(const char * schema, int32_t n_bytes, char ** out, int32_t * out_bytes) {
    return pan::guard([&] {
        PAN_NOT_NULL(out);
        PAN_NOT_NULL(out_bytes);
        *out = nullptr;
        return pan::give_text(pan::schema_to_gbnf(pan::checked("schema", schema, n_bytes)), out, out_bytes);
    });
}
