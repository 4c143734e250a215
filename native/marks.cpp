#include "marks.h"

#include <algorithm>
#include <set>
#include <utility>

namespace pan {
namespace {

// Noncharacters: U+FDD0 to U+FDEF.
constexpr int n_marks = 32;

std::string utf8_of(int mark) { return {'\xEF', '\xB7', static_cast<char>(0x90 + mark)}; }

// As some templates escape them.
std::string escape_of(int mark) { return text("\\ufd%02x", 0xd0 + mark); }

bool holds(std::string_view text, int mark) {
    if (text.find(utf8_of(mark)) != std::string_view::npos) {
        return true;
    }
    const std::string digits = escape_of(mark).substr(2);
    const auto same = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
    return std::search(text.begin(), text.end(), digits.begin(), digits.end(), same) != text.end();
}

bool may_hold(std::string_view text) {
    constexpr std::string_view any[] = {"\xEF\xB7", "ufd", "uFD", "uFd", "ufD", "UFD", "Ufd"};
    return std::ranges::any_of(any, [&](std::string_view one) { return text.find(one) != std::string_view::npos; });
}

// What a schema's keys mean to a template; other keys are names that a user chose.
bool is_keyword(const std::string & key) {
    static const std::set<std::string> keywords = {
        "$defs",      "$id",       "$ref",      "$schema",   "additionalProperties", "allOf",    "anyOf",
        "const",      "default",   "definitions", "description", "enum",             "examples", "exclusiveMaximum",
        "exclusiveMinimum", "format", "items",  "maxItems",  "maxLength",            "maximum",  "minItems",
        "minLength",  "minimum",   "multipleOf", "not",      "nullable",             "oneOf",    "pattern",
        "prefixItems", "properties", "required", "title",    "type",                 "uniqueItems"};
    return keywords.contains(key);
}

bool is_type(const std::string & text) {
    static const std::set<std::string> types = {"array",  "boolean", "integer", "null",
                                                "number", "object",  "string"};
    return types.contains(text);
}

}  // namespace

Marks::Marks(const Specials & specials, Place place, std::initializer_list<std::string_view> taken)
    : specials(specials), place(place) {
    std::vector<std::string> found;
    for (int mark = 0; mark < n_marks && found.size() < 3; ++mark) {
        if (std::ranges::none_of(taken, [&](std::string_view text) { return may_hold(text) && holds(text, mark); })) {
            found.push_back(utf8_of(mark));
        }
    }
    PAN_CHECK(found.size() == 3, "the request uses all noncharacters from U+FDD0 to U+FDEF");
    open = found[0];
    close = found[1];
    edge = found[2];
}

std::string Marks::mark(const std::string & text, bool edges) {
    const auto found = specials.find(text);
    edges = edges && specials.may_join(text);
    if (found.empty() && !edges) {
        return text;
    }
    marked = true;
    std::vector<std::pair<size_t, const std::string *>> places;
    for (const Range & special : found) {
        size_t second = special.begin + 1;  // the second character
        while (second < special.end && (text[second] & 0xC0) == 0x80) {
            ++second;
        }
        if (place == Place::inside && second < special.end) {
            places.emplace_back(second, &edge);
        } else {
            places.emplace_back(special.begin, &open);
            places.emplace_back(special.end, &close);
        }
    }
    if (edges) {
        places.emplace_back(0, &edge);
        places.emplace_back(text.size(), &edge);
    }
    std::sort(places.begin(), places.end());
    places.erase(std::unique(places.begin(), places.end()), places.end());
    std::string result;
    size_t done = 0;
    for (const auto & [at, mark] : places) {
        result.append(text, done, at - done).append(*mark);
        done = at;
    }
    return result.append(text, done);
}

common_json Marks::mark_value(const common_json & value, bool is_schema) {
    if (value.is_string()) {
        const auto text = value.get<std::string>();
        return common_json(mark(text, !is_schema || !is_type(text)));
    }
    if (value.is_array()) {
        common_json all = common_json::array();
        for (const common_json & item : value) {
            all.push_back(mark_value(item, is_schema));
        }
        return all;
    }
    if (value.is_object()) {
        common_json all = common_json::object();
        for (const auto & [key, member] : value.items()) {
            const bool names = is_schema && (key == "properties" || key == "$defs" || key == "definitions");
            if (names && member.is_object()) {
                common_json named = common_json::object();
                for (const auto & [name, schema] : member.items()) {
                    named[mark(name)] = mark_value(schema, true);
                }
                all[key] = named;
            } else if (is_schema && key == "pattern" && member.is_string()) {
                all[key] = mark(member.get<std::string>(), false);
            } else {
                all[is_schema && is_keyword(key) ? key : mark(key)] = mark_value(member, is_schema);
            }
        }
        return all;
    }
    return value;
}

std::string Marks::mark_json(const std::string & text, bool is_schema) {
    return text.empty() ? text : mark_value(common_json::parse(text), is_schema).dump();
}

// JSON that a template may print as it is, or parse and print again. Untouched if there is nothing to mark.
std::string Marks::mark_arguments(const std::string & text) {
    const common_json parsed = common_json::parse_no_throw(text);
    if (parsed.is_discarded()) {
        return mark(text);
    }
    const bool before = std::exchange(marked, false);
    const common_json value = mark_value(parsed, false);
    std::string result = marked ? value.dump() : text;
    if (!marked && !specials.find(text).empty()) {
        result = mark(text);  // outside of its strings
    }
    marked = marked || before;
    return result;
}

common_chat_templates_inputs Marks::mark(const common_chat_templates_inputs & inputs) {
    common_chat_templates_inputs all = inputs;
    for (common_chat_msg & message : all.messages) {
        for (std::string * text : {&message.content, &message.reasoning_content, &message.tool_name,
                                   &message.tool_call_id}) {
            *text = mark(*text);
        }
        for (common_chat_msg_content_part & part : message.content_parts) {
            part.text = mark(part.text);
        }
        for (common_chat_tool_call & call : message.tool_calls) {
            call.name = mark(call.name);
            call.id = mark(call.id);
            call.arguments = mark_arguments(call.arguments);
        }
    }
    for (common_chat_tool & tool : all.tools) {
        tool.name = mark(tool.name);
        tool.description = mark(tool.description);
        tool.parameters = mark_json(tool.parameters, true);
    }
    for (auto & [name, value] : all.chat_template_kwargs) {
        value = mark_json(value, false);
    }
    all.json_schema = mark_json(all.json_schema, true);
    return all;
}

Marks::Prompt Marks::read(const std::string & rendered) const {
    Prompt prompt;
    struct Mark {
        size_t at;
        const std::string * kind;
    };
    std::vector<Mark> marks;
    const std::string * kinds[] = {&open, &close, &edge};
    for (size_t i = 0; i < rendered.size();) {
        size_t skip = 0;
        if (rendered[i] == open[0] || rendered[i] == '\\') {
            for (const std::string * kind : kinds) {
                const std::string escaped = rendered[i] == '\\' ? escape_of(static_cast<unsigned char>(kind->back()) - 0x90) : *kind;
                if (rendered.compare(i, escaped.size(), escaped) == 0) {
                    marks.push_back({prompt.text.size(), kind});
                    skip = escaped.size();
                    break;
                }
            }
        }
        if (skip == 0) {
            prompt.text += rendered[i++];
        }
        i += skip;
    }
    for (const Range & special : specials.find(prompt.text)) {
        auto mark = std::lower_bound(marks.begin(), marks.end(), special.begin,
                                     [](const Mark & one, size_t at) { return one.at < at; });
        bool forged = false;
        for (; !forged && mark != marks.end() && mark->at <= special.end; ++mark) {
            forged = (mark->at > special.begin && mark->at < special.end) ||
                     (mark->at == special.begin && mark->kind == &open) ||
                     (mark->at == special.end && mark->kind == &close);
        }
        if (!forged) {
            continue;
        }
        if (!prompt.forged.empty() && special.begin < prompt.forged.back().end) {
            prompt.forged.back().end = std::max(prompt.forged.back().end, special.end);
        } else {
            prompt.forged.push_back(special);
        }
    }
    return prompt;
}

bool carry_over(const Specials & specials, const std::string & prompt, const Marks::Prompt & other,
                std::vector<Range> & forged) {
    const auto here = specials.find(prompt), there = specials.find(other.text);
    const auto same = [&](const Range & a, const Range & b) {
        return prompt.compare(a.begin, a.end - a.begin, other.text, b.begin, b.end - b.begin) == 0;
    };
    if (!std::ranges::equal(here, there, same)) {
        return false;
    }
    auto known = other.forged.begin();
    for (size_t i = 0; i < here.size(); ++i) {
        while (known != other.forged.end() && known->end <= there[i].begin) {
            ++known;
        }
        const bool is_forged =
            known != other.forged.end() && known->begin <= there[i].begin && there[i].end <= known->end;
        if (!is_forged) {
            continue;
        }
        if (!forged.empty() && here[i].begin < forged.back().end) {
            forged.back().end = std::max(forged.back().end, here[i].end);
        } else {
            forged.push_back(here[i]);
        }
    }
    return true;
}

}  // namespace pan
