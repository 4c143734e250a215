#include "specials.h"

#include <algorithm>

namespace pan {
namespace {

using Iterator = std::vector<std::string>::const_iterator;

// Does one of the sorted texts begin with `prefix` and go on after it?
bool is_proper_prefix(const std::vector<std::string> & sorted, std::string_view prefix) {
    const auto next = std::upper_bound(sorted.begin(), sorted.end(), prefix);
    return next != sorted.end() && next->starts_with(prefix);
}

}  // namespace

Specials::Specials(std::vector<std::string> texts) : forward(std::move(texts)) {
    std::erase_if(forward, [](const std::string & text) { return text.empty(); });
    std::sort(forward.begin(), forward.end());
    forward.erase(std::unique(forward.begin(), forward.end()), forward.end());
    for (const std::string & text : forward) {
        first[static_cast<unsigned char>(text[0])] = true;
        longest = std::max(longest, text.size());
        backward.emplace_back(text.rbegin(), text.rend());
        for (size_t i = 0; i < text.size(); ++i) {
            infixes.push_back(std::string_view(text).substr(i));
        }
    }
    std::sort(backward.begin(), backward.end());
    std::sort(infixes.begin(), infixes.end());
}

std::vector<Range> Specials::find(std::string_view text) const {
    std::vector<Range> found;
    for (size_t begin = 0; begin < text.size(); ++begin) {
        if (!first[static_cast<unsigned char>(text[begin])]) {
            continue;
        }
        // Those that agree with the text so far: one byte more with each step.
        Iterator low = forward.begin(), high = forward.end();
        for (size_t n = 0; begin + n < text.size(); ++n) {
            const auto byte = [n](const std::string & special) {
                return special.size() > n ? static_cast<unsigned char>(special[n]) : -1;
            };
            const int wanted = static_cast<unsigned char>(text[begin + n]);
            low = std::lower_bound(low, high, wanted, [&](const auto & s, int c) { return byte(s) < c; });
            high = std::upper_bound(low, high, wanted, [&](int c, const auto & s) { return c < byte(s); });
            if (low == high) {
                break;
            }
            if (low->size() == n + 1) {
                found.push_back({begin, begin + n + 1});
            }
        }
    }
    return found;
}

bool Specials::may_join(std::string_view text) const {
    for (size_t n = 1; n <= std::min(text.size(), longest); ++n) {
        const std::string begin(text.substr(0, n));
        if (is_proper_prefix(forward, text.substr(text.size() - n)) ||
            is_proper_prefix(backward, std::string(begin.rbegin(), begin.rend()))) {
            return true;
        }
    }
    const auto infix = std::lower_bound(infixes.begin(), infixes.end(), text);
    return !text.empty() && text.size() < longest && infix != infixes.end() && infix->starts_with(text);
}

}  // namespace pan
