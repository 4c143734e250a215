// Text constrained by a grammar: llama.cpp's engine behind a sampler of ours, which sees when it grows beyond bounds.
#include "gbnf.h"
#include "samplers.h"
#include "triggers.h"

namespace pan {
namespace {

constexpr int32_t max_piece = 1000;    // the engine recurses over the characters of a token
constexpr size_t max_stacks = 5000;  // in how many places of an ambiguous grammar a text may be at once

struct FreeGrammar {
    void operator()(llama_grammar * grammar) const { llama_grammar_free_impl(grammar); }
};
using OwnedGrammar = std::unique_ptr<llama_grammar, FreeGrammar>;

// What never changes: shared by the copies of a sampler.
struct Source {
    const llama_vocab * vocab;
    int32_t n_vocab;
    Gbnf gbnf;
    std::optional<Triggers> triggers;
    std::string begun;  // text that the grammar has seen before the first token

    OwnedGrammar start() const {
        std::vector<const llama_grammar_element *> rules;
        for (const llama_grammar_rule & rule : gbnf.rules) {
            rules.push_back(rule.data());
        }
        OwnedGrammar grammar(llama_grammar_init_impl(vocab, rules.data(), rules.size(), gbnf.root));
        if (!grammar) {
            fail_with_log("the grammar cannot be used");
        }
        if (!begun.empty()) {
            llama_grammar_accept_str(*grammar, begun);
        }
        return grammar;
    }
};

// The end of a text in which no trigger was found yet.
struct Tail {
    struct Piece {
        int32_t token;
        size_t end;  // in all of the text
    };
    std::string text;
    std::vector<Piece> pieces;
    size_t before = 0;  // bytes of the text that are no longer held

    void add(int32_t token, const std::string & piece, size_t keep) {
        if (text.size() > 4 * keep) {
            const size_t drop = text.size() - keep;
            text.erase(0, drop);
            before += drop;
            std::erase_if(pieces, [&](const Piece & one) { return one.end <= before; });
        }
        text += piece;
        pieces.push_back({token, before + text.size()});
    }
};

struct Grammar {
    std::shared_ptr<const Source> source;
    OwnedGrammar llama;
    bool waits = false;  // for a trigger
    Tail tail;

    void reset() {
        llama = source->start();
        waits = source->triggers.has_value();
        tail = {};
    }
};

Grammar & grammar_of(const llama_sampler * sampler) { return *static_cast<Grammar *>(sampler->ctx); }

void check_token(const Grammar & grammar, int32_t token) {
    const int32_t n_vocab = grammar.source->n_vocab;
    PAN_CHECK(token >= 0 && token < n_vocab, "token %d is not in 0..%d", token, n_vocab - 1);
}

void check_ambiguity(const Grammar & grammar) {
    if (llama_grammar_get_stacks(grammar.llama.get()).size() > max_stacks) {
        throw Failure(PAN_E_ARG, "the grammar is too ambiguous: the text fits it in too many ways");
    }
}

void apply_grammar(llama_sampler * self, llama_token_data_array * candidates) {
    const Grammar & grammar = grammar_of(self);
    for (const llama_token_data & c : std::span(candidates->data, candidates->size)) {
        check_token(grammar, c.id);
    }
    if (!grammar.waits) {
        llama_grammar_apply_impl(*grammar.llama, candidates);
    }
}

std::string piece_of(const llama_vocab * vocab, int32_t token) {
    char piece[max_piece];
    return std::string(piece, llama_token_to_piece(vocab, token, piece, sizeof(piece), 0, true));
}

// The text from a trigger on. If it does not fit the grammar, it was none: the model only wrote about it.
void begin(Grammar & grammar, size_t at) {
    size_t done = grammar.tail.before + at;
    try {
        for (const Tail::Piece & piece : grammar.tail.pieces) {
            if (piece.end > done) {
                const size_t from = done - grammar.tail.before;
                const std::string text = grammar.tail.text.substr(from, piece.end - done);
                llama_grammar_accept_token(*grammar.llama, piece.token, text);
                check_ambiguity(grammar);
                done = piece.end;
            }
        }
        grammar.waits = false;
        grammar.tail = {};
    } catch (const Abort &) {
        throw;
    } catch (const std::bad_alloc &) {
        throw;
    } catch (const std::exception &) {
        grammar.llama = grammar.source->start();
        grammar.tail.text.erase(0, at + 1);
        grammar.tail.before += at + 1;
    }
}

void accept_token(llama_sampler * self, llama_token token) {
    Grammar & grammar = grammar_of(self);
    check_token(grammar, token);
    if (!grammar.waits) {
        llama_grammar_accept_impl(*grammar.llama, token);
        check_ambiguity(grammar);
        return;
    }
    const Triggers & triggers = *grammar.source->triggers;
    const std::string piece = piece_of(grammar.source->vocab, token);
    grammar.tail.add(token, piece, triggers.tail_size());
    if (triggers.has_token(token)) {
        begin(grammar, grammar.tail.text.size() - piece.size());
    } else if (const auto at = triggers.find(grammar.tail.text, grammar.tail.before == 0, piece.size())) {
        begin(grammar, *at);
    }
}

llama_sampler * new_sampler(std::unique_ptr<Grammar> grammar) {
    static llama_sampler_i type = [] {
        llama_sampler_i grammar{};
        grammar.name = [](const llama_sampler *) { return "grammar"; };
        grammar.accept = accept_token;
        grammar.apply = apply_grammar;
        grammar.reset = [](llama_sampler * self) { grammar_of(self).reset(); };
        grammar.clone = [](const llama_sampler * self) {
            const Grammar & original = grammar_of(self);
            auto copy = std::make_unique<Grammar>();
            copy->source = original.source;
            copy->llama.reset(llama_grammar_clone_impl(*original.llama));
            copy->waits = original.waits;
            copy->tail = original.tail;
            return new_sampler(std::move(copy));
        };
        grammar.free = [](llama_sampler * self) { delete &grammar_of(self); };
        return grammar;
    }();
    return llama_sampler_init(&type, grammar.release());
}

llama_sampler * new_grammar(const llama_vocab * vocab, Gbnf gbnf, std::optional<Triggers> triggers = {},
                            std::string begun = {}) {
    const int32_t n_vocab = llama_vocab_n_tokens(vocab);
    for (llama_token token = 0; token < n_vocab; ++token) {
        PAN_CHECK(llama_token_to_piece(vocab, token, nullptr, 0, 0, true) >= -max_piece,
                  "the text of token %d is longer than %d bytes", token, max_piece);
    }
    auto grammar = std::make_unique<Grammar>();
    grammar->source = std::make_shared<const Source>(
        Source{vocab, n_vocab, std::move(gbnf), std::move(triggers), std::move(begun)});
    grammar->reset();
    return new_sampler(std::move(grammar));
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

int32_t pan_sampler_grammar_lazy(const llama_model * model, const char * gbnf, int32_t n_bytes, const char * root,
                                 int32_t root_bytes, const char * triggers, int32_t triggers_bytes,
                                 llama_sampler ** out) {
    return pan::create_sampler(out, [&] {
        const llama_vocab * vocab = pan::vocabulary(model);
        auto rules = pan::parse_gbnf(pan::checked("gbnf", gbnf, n_bytes), pan::checked("root", root, root_bytes), vocab,
                                     pan::EmptyRepetition::borne);
        return pan::new_grammar(
            vocab, std::move(rules),
            pan::Triggers(pan::checked("triggers", triggers, triggers_bytes), llama_vocab_n_tokens(vocab)));
    });
}

int32_t pan_sampler_grammar_begun(const llama_model * model, const char * gbnf, int32_t n_bytes, const char * root,
                                  int32_t root_bytes, const char * begun, int32_t begun_bytes, llama_sampler ** out) {
    return pan::create_sampler(out, [&]() -> llama_sampler * {
        const llama_vocab * vocab = pan::vocabulary(model);
        auto rules = pan::parse_gbnf(pan::checked("gbnf", gbnf, n_bytes), pan::checked("root", root, root_bytes), vocab,
                                     pan::EmptyRepetition::borne);
        try {
            return pan::new_grammar(vocab, std::move(rules), {},
                                    std::string(pan::checked("begun", begun, begun_bytes)));
        } catch (const std::runtime_error & e) {
            if (dynamic_cast<const pan::Failure *>(&e) || dynamic_cast<const pan::Abort *>(&e)) {
                throw;
            }
            throw pan::Failure(PAN_E_ARG, "the text that has begun does not fit the grammar");
        }
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
