#include "triggers.h"

#include <algorithm>

#include "json_text.h"

namespace pan {
namespace {

constexpr size_t max_triggers = 1000;
constexpr size_t max_value = 1000;

}  // namespace

Triggers::Triggers(std::string_view json, int32_t n_vocab) {
    const common_json all = parse_json(json, "list of triggers", 8);
    PAN_CHECK(all.is_array() && !all.empty() && all.size() <= max_triggers, "there must be 1 to %zu triggers",
              max_triggers);
    try {
        for (const common_json & trigger : all) {
            const auto type = trigger.at("type").get<std::string>();
            if (type == "token") {
                const int token = trigger.at("token").get<int>();
                check_range("the token of a trigger", token, 0, n_vocab - 1);
                tokens.push_back(token);
                continue;
            }
            const auto value = trigger.at("value").get<std::string>();
            PAN_CHECK(!value.empty() && value.size() <= max_value, "a trigger has %zu bytes, not 1 to %zu", value.size(),
                      max_value);
            if (type == "word") {
                words.push_back(value);
                longest = std::max(longest, value.size());
            } else if (type == "pattern") {
                add_pattern(value);
            } else if (type == "pattern_full") {
                add_pattern((value.front() != '^' ? "^" : "") + value + (value.back() != '$' ? "$" : ""));
            } else {
                PAN_CHECK(false, "a trigger is of type %s", type.c_str());
            }
        }
    } catch (const common_json_error & e) {
        throw Failure(PAN_E_ARG, e.what());
    }
}

void Triggers::add_pattern(const std::string & source) {
    try {
        patterns.push_back({std::regex(source), source.front() == '^' && source.back() == '$'});
    } catch (const std::regex_error & e) {
        throw Failure(PAN_E_ARG, text("the pattern %s of a trigger: %s", source.c_str(), e.what()));
    }
}

bool Triggers::has_token(int32_t token) const { return std::ranges::find(tokens, token) != tokens.end(); }

std::optional<size_t> Triggers::find(const Pattern & pattern, const std::string & text, bool is_whole) {
    std::smatch match;
    const auto flags = is_whole ? std::regex_constants::match_default : std::regex_constants::match_not_bol;
    if (!(pattern.is_full && is_whole && std::regex_match(text, match, pattern.regex)) &&
        !std::regex_search(text, match, pattern.regex, flags)) {
        return {};
    }
    for (size_t group = 1; group < match.size(); ++group) {
        if (match.length(group) > 0) {
            return match.position(group);
        }
    }
    return match.position(0);
}

std::optional<size_t> Triggers::find(const std::string & tail, bool is_whole, size_t n_new) const {
    for (const std::string & word : words) {
        const size_t seen = tail.size() - std::min(tail.size(), n_new + word.size() - 1);
        const size_t at = tail.find(word, seen);
        if (at != std::string::npos) {
            return at;
        }
    }
    const size_t skipped = tail.size() - std::min(tail.size(), window);
    const std::string text = patterns.empty() ? std::string() : tail.substr(skipped);
    for (const Pattern & pattern : patterns) {
        if (const auto at = find(pattern, text, is_whole && skipped == 0)) {
            return skipped + *at;
        }
    }
    return {};
}

}  // namespace pan
