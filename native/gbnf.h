// A grammar that llama.cpp can run without looping, overflowing a stack or filling the memory.
#pragma once

#include <string_view>

#include "llama-grammar.h"
#include "shim.h"

namespace pan {

struct Gbnf {
    llama_grammar_rules rules;
    size_t root;
};

// A repetition of what may be empty repeats itself: a mistake where a caller wrote it. llama.cpp's own grammars for tool
// calls have it, and its engine, which sees that it has been there, bears it.
enum class EmptyRepetition { refused, borne };

// Parses GBNF, or refuses it with the reason and the place. `vocab` may be NULL when no token is named in it.
Gbnf parse_gbnf(std::string_view source, std::string_view root, const llama_vocab * vocab,
                EmptyRepetition empty = EmptyRepetition::refused);

// gbnf_text.cpp
void check_gbnf_text(std::string_view source);
size_t skip_gbnf_space(std::string_view source, size_t i);
[[noreturn]] void refuse_gbnf(std::string_view source, size_t place, std::string_view why);

// schema.cpp: the grammar of the JSON that meets a schema.
std::string schema_to_gbnf(std::string_view schema);

}  // namespace pan
