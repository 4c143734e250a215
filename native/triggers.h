// What makes a lazy grammar begin.
#pragma once

#include <optional>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "shim.h"

namespace pan {

class Triggers {
  public:
    // A JSON array of {"type", "value"}, as pan_template_apply gives it.
    Triggers(std::string_view json, int32_t n_vocab);

    bool has_token(int32_t token) const;

    // Where the grammar begins in a text whose last n_new bytes are new and were not looked at before. Of the text,
    // `tail` is the end; `is_whole`: it is all of it.
    std::optional<size_t> find(const std::string & tail, bool is_whole, size_t n_new) const;

    // How much of the text the next search needs.
    size_t tail_size() const { return std::max(window, longest); }

  private:
    struct Pattern {
        std::regex regex;
        bool is_full;  // from ^ to $: the whole text is tried first
    };
    // The library's regular expressions recurse over the text.
    static constexpr size_t window = 512;
    size_t longest = 0;
    std::vector<int32_t> tokens;
    std::vector<std::string> words;
    std::vector<Pattern> patterns;

    void add_pattern(const std::string & source);
    static std::optional<size_t> find(const Pattern & pattern, const std::string & text, bool is_whole);
};

}  // namespace pan
