// GBNF, read by llama.cpp's own parser. Rules that its grammar engine cannot bear are refused: it recurses along them,
// and follows left recursion that is hidden behind empty rules without an end.
#include "gbnf.h"

#include <algorithm>

namespace pan {
namespace {

constexpr size_t max_bytes = 256 << 10;
constexpr int32_t max_depth = 1000;
constexpr int64_t max_ways = 10000;
constexpr int64_t max_steps = 10'000'000'000;  // some seconds for one character in the worst case

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
          ways(rules.size()), order(rules.size()), cycle(rules.size()) {}

    void check(EmptyRepetition empty) {
        find_nullable();
        for (uint32_t rule = 0; rule < rules.size(); ++rule) {
            visit(rule, 0);
        }
        check_cycles(empty);
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
    std::vector<uint32_t> order;  // in which they were met, from 1
    std::vector<uint32_t> cycle;  // the first met of those that begin with each other
    std::vector<uint32_t> met;    // those whose cycle is not known yet
    uint32_t count = 0;

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

    // Tarjan's strongly connected components; on the way back the depths and ways.
    uint32_t visit(uint32_t rule, int32_t above) {
        if (state[rule] != unseen) {
            return state[rule] == open ? order[rule] : UINT32_MAX;
        }
        if (above >= max_depth) {
            refuse_rule(rule, "begins with too long a chain of rules");
        }
        state[rule] = open;
        uint32_t first = order[rule] = ++count;
        met.push_back(rule);
        each_beginning(rule, [&](uint32_t next, bool) {
            first = std::min(first, visit(next, above + 1));
            depth[rule] = std::max(depth[rule], depth[next]);
            ways[rule] += ways[next];
        });
        ways[rule] += std::count_if(rules[rule].begin(), rules[rule].end(), is_end);
        if (++depth[rule] > max_depth) {
            refuse_rule(rule, "begins with too long a chain of rules");
        }
        if (ways[rule] > max_ways) {
            refuse_rule(rule, "has too many ways to begin");
        }
        if (first == order[rule]) {
            while (state[rule] == open) {
                cycle[met.back()] = rule;
                state[met.back()] = done;
                met.pop_back();
            }
        }
        return first;
    }

    template <class Action> void each_beginning(uint32_t rule, Action action) const {
        bool leading = true;
        for (size_t i = 0; i < rules[rule].size(); ++i) {
            const llama_grammar_element & element = rules[rule][i];
            if (is_end(element)) {
                leading = true;
            } else if (leading && element.type == LLAMA_GRETYPE_RULE_REF) {
                action(element.value, is_end(rules[rule][i + 1]));
                leading = nullable[element.value];
            } else {
                leading = false;
            }
        }
    }

    // Where what recurs is the last of its rule, nothing piles up: the way back leads to where the engine was.
    void check_cycles(EmptyRepetition empty) const {
        for (uint32_t rule = 0; rule < rules.size(); ++rule) {
            each_beginning(rule, [&](uint32_t next, bool last) {
                if (cycle[next] == cycle[rule] && (!last || empty == EmptyRepetition::refused)) {
                    refuse_rule(rule, "is left-recursive: it can begin with itself");
                }
            });
        }
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
    size_t i = skip_gbnf_space(source, 0);
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
            refuse_gbnf(source, i, why);
        }
        const size_t place = source.size() - rest.size();
        refuse_gbnf(source, place,
                    rest.empty() ? why + "its end" : why.substr(0, at + 4 + std::min<size_t>(rest.size(), 40)));
    }
}

}  // namespace

Gbnf parse_gbnf(std::string_view source, std::string_view root, const llama_vocab * vocab, EmptyRepetition empty) {
    PAN_CHECK(source.size() <= max_bytes, "the grammar is longer than %zu bytes", max_bytes);
    PAN_CHECK(source.find('\0') == std::string_view::npos, "the grammar holds a zero byte");
    check_gbnf_text(source);
    llama_grammar_parser parser(vocab);
    parse(parser, std::string(source));
    check_defined(parser);
    const auto found = parser.symbol_ids.find(std::string(root));
    PAN_CHECK(found != parser.symbol_ids.end(), "the grammar has no rule '%.100s'", std::string(root).c_str());
    Beginnings(parser).check(empty);
    return {std::move(parser.rules), found->second};
}

}  // namespace pan
