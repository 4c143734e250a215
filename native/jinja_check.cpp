// What a template may not be: llama.cpp's engine recurses over it, and a stack overflow cannot be caught.
#include "jinja_check.h"

namespace pan {
namespace {

constexpr int max_depth = max_template_depth;
constexpr int max_expression = 2000;  // tokens in one tag: a chain of operators is a deep tree as well
constexpr size_t max_source = 1 << 20;

// How much deeper the statement that begins at tokens[i] makes the parser go.
int block_weight(const std::vector<jinja::token> & tokens, size_t i) {
    const std::string & name = tokens[i].value;
    if (name == "set") {  // {% set x %}…{% endset %}, unless it has a value
        for (; i < tokens.size() && tokens[i].t != jinja::token::close_statement; ++i) {
            if (tokens[i].t == jinja::token::equals) {
                return 0;
            }
        }
        return 1;
    }
    return name == "if" || name == "for" || name == "macro" || name == "call" || name == "filter";
}

void check_depth(const std::vector<jinja::token> & tokens) {
    using jinja::token;
    std::vector<int> blocks;  // the weight of each open one: an elif is an if inside the else before it
    int depth = 0;
    int length = 0;
    for (size_t i = 0; i < tokens.size(); ++i) {
        ++length;
        switch (tokens[i].t) {
            case token::open_paren:
            case token::open_square_bracket:
            case token::open_curly_bracket: ++depth; break;
            case token::close_paren:
            case token::close_square_bracket:
            case token::close_curly_bracket: --depth; break;
            case token::open_expression: length = 0; break;
            case token::open_statement: {
                length = 0;
                const std::string name = i + 1 < tokens.size() ? tokens[i + 1].value : "";
                if (name == "elif" && !blocks.empty()) {
                    ++blocks.back();
                    ++depth;
                } else if (name.starts_with("end") && name != "endgeneration" && !blocks.empty()) {
                    depth -= blocks.back();
                    blocks.pop_back();
                } else if (i + 1 < tokens.size() && block_weight(tokens, i + 1) > 0) {
                    blocks.push_back(1);
                    ++depth;
                }
                break;
            }
            default: break;
        }
        PAN_CHECK(depth <= max_depth, "the template nests deeper than %d", max_depth);
        PAN_CHECK(length <= max_expression, "an expression of the template is longer than %d tokens", max_expression);
    }
}

}  // namespace

jinja::lexer_result checked_template(std::string_view source) {
    PAN_CHECK(source.size() <= max_source, "the template is longer than %zu bytes", max_source);
    auto lexed = jinja::lexer().tokenize(std::string(source));
    check_depth(lexed.tokens);
    return lexed;
}

}  // namespace pan
