// The texts of a vocabulary's special tokens, and where they are in other texts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shim.h"

namespace pan {

struct Range {
    size_t begin, end;
    bool operator==(const Range &) const = default;
};

class Specials {
  public:
    explicit Specials(std::vector<std::string> texts);

    // Every occurrence of every text, by begin, then by end: they may overlap.
    std::vector<Range> find(std::string_view text) const;

    // May a special text come into being where `text` meets another one?
    bool may_join(std::string_view text) const;

  private:
    std::vector<std::string> forward, backward;  // sorted; the second ones reversed
    std::vector<std::string_view> infixes;       // sorted: what begins anywhere in one of the texts
    bool first[256] = {};
    size_t longest = 0;
};

// vocabulary.cpp: what tokenizing finds when special tokens count. Without the user-defined ones that are words or space:
// those are tokens in any text.
std::vector<std::string> special_texts(const llama_model * model);

}  // namespace pan
