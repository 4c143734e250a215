// GBNF as text: what is refused before llama.cpp's parser sees it, which recurses over parentheses and expands
// repetitions in memory.
#include <algorithm>
#include <limits>

#include "gbnf.h"

namespace pan {
namespace {

constexpr int max_nesting = 500;
constexpr uint64_t max_repetition = 2000;  // llama.cpp's own limit
constexpr uint64_t max_elements = 1 << 20;
constexpr size_t max_token_text = 200;  // tokenizing may recurse over a long text

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || is_digit(c); }

class Text {
  public:
    explicit Text(std::string_view source) : source(source) {}

    void check() {
        while (i < source.size()) {
            const size_t begin = i;
            step();
            if (elements > max_elements) {
                refuse_gbnf(source, begin, "the repetitions make the grammar too large");
            }
        }
    }

  private:
    std::string_view source;
    size_t i = 0;
    int nesting = 0;
    size_t name = 0;        // the length of the name of the current rule: it is in those of the rules made from it
    uint64_t symbol = 0;    // how many elements the symbol before `i` has
    uint64_t elements = 0;  // in units of eight bytes

    void step() {
        const char c = source[i];
        if (c == '"' || c == '[') {
            quoted(c == '"' ? '"' : ']');
        } else if (c == '<') {
            token();
        } else if (c == '{') {
            braces();
        } else if (is_word(c)) {
            word();
        } else if (c == '#') {
            i = skip_gbnf_space(source, i);
        } else {
            other(c);
        }
    }

    void other(char c) {
        ++i;
        if (c == '(' && ++nesting > max_nesting) {
            refuse_gbnf(source, i, text("parentheses nest deeper than %d", max_nesting));
        }
        if (c == '(') {
            elements += 1 + name / 8;
        } else if (c == ')' || c == '.') {
            nesting -= c == ')';
            add(1);
        } else if (c == '*' || c == '+' || c == '?') {
            repeat(c == '+', 1);
        }
    }

    void add(uint64_t n) {
        symbol = n;
        elements += n;
    }

    void quoted(char end) {
        const size_t begin = ++i;
        while (i < source.size() && source[i] != end) {
            i += source[i] == '\\' ? 2 : 1;
        }
        add(std::min(i, source.size()) - begin);
        ++i;
    }

    void token() {
        const size_t end = std::min(source.find('>', i), source.size());
        if (end - i > max_token_text) {
            refuse_gbnf(source, i, text("the name of a token is longer than %zu bytes", max_token_text));
        }
        i = end + 1;
        add(1);
    }

    void word() {
        const size_t begin = i;
        while (i < source.size() && is_word(source[i])) {
            ++i;
        }
        if (source.substr(skip_gbnf_space(source, i)).starts_with("::=")) {
            name = i - begin;
        }
        add(1);
    }

    uint64_t number() {
        uint64_t value = 0;
        for (; i < source.size() && is_digit(source[i]); ++i) {
            value = std::min<uint64_t>(value * 10 + (source[i] - '0'), 1 << 30);
        }
        i = skip_gbnf_space(source, i);
        return value;
    }

    void braces() {
        const size_t begin = i;
        i = skip_gbnf_space(source, i + 1);
        const uint64_t low = number();
        uint64_t high = low;
        if (i < source.size() && source[i] == ',') {
            i = skip_gbnf_space(source, i + 1);
            high = i < source.size() && is_digit(source[i]) ? number() : std::numeric_limits<uint64_t>::max();
        }
        if (high < low) {  // llama.cpp would count up from the difference, until the memory is full
            refuse_gbnf(source, begin, "a repetition has a maximum below its minimum");
        }
        if (low > max_repetition) {
            refuse_gbnf(source, begin, text("a repetition has a minimum above %d", static_cast<int>(max_repetition)));
        }
        repeat(low, high > max_repetition ? std::max<uint64_t>(low, 1) : high);
    }

    // The symbol is written out `high` times, in the rule itself or in rules made for it.
    void repeat(uint64_t low, uint64_t high) {
        elements += high * (symbol + 3 + name / 8);
        symbol = symbol * std::max<uint64_t>(low, 1) + 1;
    }
};

}  // namespace

void refuse_gbnf(std::string_view source, size_t place, std::string_view why) {
    const auto line = 1 + std::count(source.begin(), source.begin() + std::min(place, source.size()), '\n');
    throw Failure(PAN_E_ARG, text("line %td of the grammar: %.*s", line,
                                  static_cast<int>(std::min<size_t>(why.size(), 300)), why.data()));
}

size_t skip_gbnf_space(std::string_view source, size_t i) {
    while (i < source.size() && std::string_view(" \t\r\n#").find(source[i]) != std::string_view::npos) {
        i = source[i] == '#' ? std::min(source.find_first_of("\r\n", i), source.size()) : i + 1;
    }
    return i;
}

void check_gbnf_text(std::string_view source) { Text(source).check(); }

}  // namespace pan
