#include "json_text.h"

namespace pan {

void check_json_depth(std::string_view json, const char * what, int max_depth) {
    int depth = 0;
    bool in_string = false;
    for (size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (in_string) {
            i += c == '\\';
            in_string = c != '"';
        } else {
            in_string = c == '"';
            depth += (c == '[' || c == '{') - (c == ']' || c == '}');
            PAN_CHECK(depth <= max_depth, "the %s nests deeper than %d", what, max_depth);
        }
    }
}

common_json parse_json(std::string_view json, const char * what, int max_depth) {
    check_json_depth(json, what, max_depth);
    try {
        return common_json::parse(std::string(json));
    } catch (const common_json_error & e) {
        throw Failure(PAN_E_ARG, e.what());
    }
}

}  // namespace pan
