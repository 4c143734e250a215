// GBNF, read by llama.cpp's own parser. What that parser or the grammar engine cannot bear is refused before: they
// recurse, expand repetitions in memory, and follow left recursion that is hidden behind empty rules without an end.
#include "gbnf.h"

#include <algorithm>
#include <limits>

namespace pan {
namespace {

constexpr size_t max_bytes = 256 << 10;
constexpr int max_nesting = 500;
constexpr uint64_t max_repetition = 2000;  // llama.cpp's own limit
constexpr uint64_t max_elements = 1 << 20;
constexpr size_t max_token_text = 200;     // tokenizing may recurse over a long text
constexpr int32_t max_depth = 1000;
constexpr int64_t max_ways = 10000;
constexpr int64_t max_steps = 10'000'000'000;  // some seconds for one character in the worst case

[[noreturn]] void refuse(std::string_view source, size_t place, std::string_view why) {
    const auto line = 1 + std::count(source.begin(), source.begin() + std::min(place, source.size()), '\n');
    throw Failure(PAN_E_ARG, text("line %td of the grammar: %.*s", line,
                                  static_cast<int>(std::min<size_t>(why.size(), 300)), why.data()));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || is_digit(c); }

size_t skip_space(std::string_view source, size_t i) {
    while (i < source.size() && std::string_view(" \t\r\n#").find(source[i]) != std::string_view::npos) {
        i = source[i] == '#' ? std::min(source.find_first_of("\r\n", i), source.size()) : i + 1;
    }
    return i;
}

// ---- the text: what is checked before the parser sees it ----

class Text {
  public:
    explicit Text(std::string_view source) : source(source) {}

    void check() {
        while (i < source.size()) {
            const size_t begin = i;
            step();
            if (elements > max_elements) {
                refuse(source, begin, "the repetitions make the grammar too large");
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
            i = skip_space(source, i);
        } else {
            other(c);
        }
    }

    void other(char c) {
        ++i;
        if (c == '(' && ++nesting > max_nesting) {
            refuse(source, i, text("parentheses nest deeper than %d", max_nesting));
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
            refuse(source, i, text("the name of a token is longer than %zu bytes", max_token_text));
        }
        i = end + 1;
        add(1);
    }

    void word() {
        const size_t begin = i;
        while (i < source.size() && is_word(source[i])) {
            ++i;
        }
        if (source.substr(skip_space(source, i)).starts_with("::=")) {
            name = i - begin;
        }
        add(1);
    }

    uint64_t number() {
        uint64_t value = 0;
        for (; i < source.size() && is_digit(source[i]); ++i) {
            value = std::min<uint64_t>(value * 10 + (source[i] - '0'), 1 << 30);
        }
        i = skip_space(source, i);
        return value;
    }

    void braces() {
        const size_t begin = i;
        i = skip_space(source, i + 1);
        const uint64_t low = number();
        uint64_t high = low;
        if (i < source.size() && source[i] == ',') {
            i = skip_space(source, i + 1);
            high = i < source.size() && is_digit(source[i]) ? number() : std::numeric_limits<uint64_t>::max();
        }
        if (high < low) {  // llama.cpp would count up from the difference, until the memory is full
            refuse(source, begin, "a repetition has a maximum below its minimum");
        }
        if (low > max_repetition) {
            refuse(source, begin, text("a repetition has a minimum above %d", static_cast<int>(max_repetition)));
        }
        repeat(low, high > max_repetition ? std::max<uint64_t>(low, 1) : high);
    }

    // The symbol is written out `high` times, in the rule itself or in rules made for it.
    void repeat(uint64_t low, uint64_t high) {
        elements += high * (symbol + 3 + name / 8);
        symbol = symbol * std::max<uint64_t>(low, 1) + 1;
    }
};

// ---- the rules ----

std::string name_of(const llama_grammar_parser & parser, uint32_t rule) {
    for (const auto & [name, id] : parser.symbol_ids) {
        if (id == rule) {
            return name.substr(0, name.find('_'));  // llama.cpp appends _N in those that it makes of a part of a rule
        }
    }
    return "?";
}

bool is_end(const llama_grammar_element & element) {
    return element.type == LLAMA_GRETYPE_END || element.type == LLAMA_GRETYPE_ALT;
}

// Which rules a rule can begin with: the engine tries them all at once, and llama.cpp's check recurses along them.
class Beginnings {
  public:
    explicit Beginnings(const llama_grammar_parser & parser)
        : parser(parser), rules(parser.rules), nullable(rules.size()), state(rules.size()), depth(rules.size()),
          ways(rules.size()) {}

    void check() {
        find_nullable();
        for (uint32_t rule = 0; rule < rules.size(); ++rule) {
            visit(rule, 0);
        }
        // The engine compares each way to go on with all that it has found, from each of the ways to begin.
        const int64_t most = *std::max_element(ways.begin(), ways.end());
        for (uint32_t rule = 0; rule < rules.size(); ++rule) {
            if (ways_on(rule) > max_steps / (most * most)) {
                refuse_rule(rule, "has too many ways to go on");
            }
        }
    }

  private:
    enum State : char { unseen, open, done };

    const llama_grammar_parser & parser;
    const llama_grammar_rules & rules;
    std::vector<bool> nullable;
    std::vector<State> state;
    std::vector<int32_t> depth;  // the longest chain of rules that each begin with the next
    std::vector<int64_t> ways;   // how many alternatives all of them have together

    [[noreturn]] void refuse_rule(uint32_t rule, const char * why) const {
        throw Failure(PAN_E_ARG, text("rule '%.100s' of the grammar %s", name_of(parser, rule).c_str(), why));
    }

    bool can_be_empty(const llama_grammar_rule & rule) const {
        bool empty = true;
        for (const llama_grammar_element & element : rule) {
            if (is_end(element)) {
                if (empty) {
                    return true;
                }
                empty = true;
            } else {
                empty = empty && element.type == LLAMA_GRETYPE_RULE_REF && nullable[element.value];
            }
        }
        return false;
    }

    void find_nullable() {
        for (int32_t pass = 0;; ++pass) {
            bool changed = false;
            for (uint32_t rule = 0; rule < rules.size(); ++rule) {
                if (!nullable[rule] && can_be_empty(rules[rule])) {
                    if (pass > max_depth) {
                        refuse_rule(rule, "is empty by too long a chain of rules");
                    }
                    nullable[rule] = changed = true;
                }
            }
            if (!changed) {
                return;
            }
        }
    }

    void visit(uint32_t rule, int32_t above) {
        if (state[rule] == open) {
            refuse_rule(rule, "is left-recursive: it can begin with itself");
        }
        if (state[rule] == done) {
            return;
        }
        if (above >= max_depth) {
            refuse_rule(rule, "begins with too long a chain of rules");
        }
        state[rule] = open;
        bool leading = true;
        for (const llama_grammar_element & element : rules[rule]) {
            if (is_end(element)) {
                leading = true;
                ++ways[rule];
            } else if (leading && element.type == LLAMA_GRETYPE_RULE_REF) {
                visit(element.value, above + 1);
                depth[rule] = std::max(depth[rule], depth[element.value]);
                ways[rule] += ways[element.value];
                leading = nullable[element.value];
            } else {
                leading = false;
            }
        }
        if (++depth[rule] > max_depth) {
            refuse_rule(rule, "begins with too long a chain of rules");
        }
        if (ways[rule] > max_ways) {
            refuse_rule(rule, "has too many ways to begin");
        }
        state[rule] = done;
    }

    // The most ways from the middle of a rule: after a character the engine goes on with each of a run of empty rules.
    int64_t ways_on(uint32_t rule) const {
        int64_t most = 1;
        int64_t run = 0;
        for (size_t i = rules[rule].size() - 1; i > 0; --i) {
            const llama_grammar_element & element = rules[rule][i];
            const bool is_rule = element.type == LLAMA_GRETYPE_RULE_REF;
            run = is_rule ? ways[element.value] + (nullable[element.value] ? run : 0) : 0;
            most = std::max(most, is_end(rules[rule][i - 1]) ? 0 : run);  // a beginning is in `ways`
        }
        return most;
    }
};

void check_defined(const llama_grammar_parser & parser) {
    for (const auto & [name, id] : parser.symbol_ids) {
        PAN_CHECK(id < parser.rules.size() && !parser.rules[id].empty(), "rule '%.100s' of the grammar is not defined",
                  name.c_str());
    }
}

// The parser's messages end with the rest of the text, of which a beginning is enough.
void parse(llama_grammar_parser & parser, const std::string & source) {
    size_t i = skip_space(source, 0);
    try {
        while (i < source.size()) {
            i = parser.parse_rule(source.c_str() + i) - source.c_str();
        }
    } catch (const Abort &) {
        throw;
    } catch (const std::exception & e) {
        std::string why = e.what();
        const size_t at = why.find(" at ");
        const std::string_view rest = at == std::string::npos ? "" : std::string_view(why).substr(at + 4);
        if (at == std::string::npos || !source.ends_with(rest)) {
            refuse(source, i, why);
        }
        const size_t place = source.size() - rest.size();
        refuse(source, place, rest.empty() ? why + "its end" : why.substr(0, at + 4 + std::min<size_t>(rest.size(), 40)));
    }
}

}  // namespace

Gbnf parse_gbnf(std::string_view source, std::string_view root, const llama_vocab * vocab) {
    PAN_CHECK(source.size() <= max_bytes, "the grammar is longer than %zu bytes", max_bytes);
    PAN_CHECK(source.find('\0') == std::string_view::npos, "the grammar holds a zero byte");
    Text(source).check();
    llama_grammar_parser parser(vocab);
    parse(parser, std::string(source));
    check_defined(parser);
    const auto found = parser.symbol_ids.find(std::string(root));
    PAN_CHECK(found != parser.symbol_ids.end(), "the grammar has no rule '%.100s'", std::string(root).c_str());
    Beginnings(parser).check();
    return {std::move(parser.rules), found->second};
}

}  // namespace pan
