// The grammar of the JSON that meets a schema, by llama.cpp's own converter. It recurses along the schema and its
// references, multiplies alternatives, and only warns of what it leaves out: all that is refused before.
#include <algorithm>
#include <set>
#include <vector>

#include "common.h"
#include "gbnf.h"
#include "json-schema-to-grammar.h"
#include "json_text.h"

namespace pan {
namespace {

constexpr size_t max_bytes = 256 << 10;
constexpr int max_depth = 64;
constexpr int max_depth_with_references = 200;
constexpr uint64_t max_nodes = 50000;
constexpr size_t max_name = 256;  // the converter's regular expressions recurse over names
constexpr size_t max_pattern = 1000;
constexpr size_t max_patterns = 500;    // for each one the converter copies all rules
constexpr size_t max_properties = 500;  // of one object: the converter combines them

// ---- the JSON, before the converter reads it ----

class Document {
  public:
    explicit Document(const common_json & root) : root(root) {}

    void check() { walk(root, 0, 1); }

  private:
    const common_json & root;
    std::set<std::string> followed;
    uint64_t nodes = 0;

    // weight: how often the converter builds it; a list of types copies everything below it.
    void walk(const common_json & value, int depth, uint64_t weight) {
        PAN_CHECK(depth <= max_depth_with_references, "the schema and its references nest deeper than %d",
                  max_depth_with_references);
        nodes += weight;
        PAN_CHECK(nodes <= max_nodes, "the schema has more than %llu parts",
                  static_cast<unsigned long long>(max_nodes));
        if (value.is_array()) {
            for (const common_json & item : value) {
                walk(item, depth + 1, weight);
            }
        } else if (value.is_object()) {
            if (value.contains("type") && value.at("type").is_array()) {
                weight = std::min(weight * std::max<uint64_t>(value.at("type").size(), 1), max_nodes);
            }
            for (const auto & [key, member] : value.items()) {
                PAN_CHECK(key.size() <= max_name, "a name in the schema is longer than %zu bytes", max_name);
                check_member(key, member, depth);
                walk(member, depth + 1, weight);
            }
        }
    }

    void check_member(const std::string & key, const common_json & member, int depth) {
        if (member.is_number()) {
            check_number(key, member.get<double>());
        } else if (member.is_string() && key == "pattern") {
            PAN_CHECK(member.get<std::string>().size() <= max_pattern, "a pattern is longer than %zu bytes",
                      max_pattern);
        } else if (member.is_string() && key == "$ref") {
            follow(member.get<std::string>(), depth);
        } else if (member.is_object() && key == "properties") {
            PAN_CHECK(member.size() <= max_properties, "an object has more than %zu properties", max_properties);
        }
    }

    // The converter casts them without a look.
    static void check_number(const std::string & key, double value) {
        for (const char * bound : {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}) {
            PAN_CHECK(key != bound || (value > -9.2e18 && value < 9.2e18), "%s = %g is out of range", bound, value);
        }
        for (const char * count : {"minItems", "maxItems", "minLength", "maxLength"}) {
            PAN_CHECK(key != count || (value >= 0 && value <= INT32_MAX), "%s = %g is out of range", count, value);
        }
    }

    void follow(const std::string & reference, int depth) {
        PAN_CHECK(reference.size() <= max_name, "a $ref is longer than %zu bytes", max_name);
        if (!reference.starts_with("#/") || !followed.insert(reference).second) {
            return;
        }
        const common_json * target = &root;
        for (const std::string & name : string_split(reference.substr(2), "/")) {
            if (target->is_object() && target->contains(name)) {
                target = &target->at(name);
            } else if (target->is_array()) {
                const size_t index = std::strtoull(name.c_str(), nullptr, 10);
                if (index >= target->size()) {
                    return;
                }
                target = &target->at(index);
            } else {
                return;  // the converter says what is wrong with it
            }
        }
        walk(*target, depth + 1, 1);
    }
};

// ---- the schema as the converter understands it ----

class Schema {
  public:
    explicit Schema(const common_chat_schema_document & document) : n_references(document.refs.size()) {
        walk(*document.root);
        for (const auto & [name, target] : document.refs) {
            walk(*target);
        }
    }

    // The converter replaces patterns that it cannot do by any string, with a warning on stderr when it has finished.
    void check_patterns() const {
        PAN_CHECK(patterns.size() <= max_patterns, "the schema has more than %zu patterns", max_patterns);
        build_grammar([this](const common_grammar_builder & converter) {
            for (const common_chat_schema_string * string : patterns) {
                const std::string rule = converter.add_schema("pattern", *string);
                PAN_CHECK(rule.empty() || converter.add_rule(rule, "string") != rule,
                          "the pattern %s of the schema cannot be converted: it must begin with ^, end with $, and use "
                          "only literals, classes, groups, alternatives and repetitions",
                          string->pattern.c_str());
            }
        });
    }

  private:
    size_t n_references;
    std::vector<const common_chat_schema_string *> patterns;

    template <class T> static const T & as(const common_chat_schema & node) { return static_cast<const T &>(node); }

    void walk(const common_chat_schema & node) {
        switch (node.kind()) {
            case common_chat_schema::KIND_REF: check_reference(as<common_chat_schema_ref>(node)); break;
            case common_chat_schema::KIND_ANY_OF: walk(as<common_chat_schema_any_of>(node).children); break;
            case common_chat_schema::KIND_ALL_OF: walk(as<common_chat_schema_all_of>(node).children); break;
            case common_chat_schema::KIND_TUPLE: walk(as<common_chat_schema_tuple>(node).items); break;
            case common_chat_schema::KIND_ARRAY: {
                const auto & array = as<common_chat_schema_array>(node);
                check_order("minItems", array.min_items, array.max_items < 0 ? INT32_MAX : array.max_items);
                walk(*array.items);
                break;
            }
            case common_chat_schema::KIND_OBJECT: {
                const auto & object = as<common_chat_schema_object>(node);
                for (const common_chat_schema_property & property : object.properties) {
                    walk(*property.schema);
                }
                if (object.additional_properties) {
                    walk(*object.additional_properties);
                }
                break;
            }
            case common_chat_schema::KIND_INTEGER: {
                const auto & integer = as<common_chat_schema_integer>(node);
                check_order("minimum", integer.minimum, integer.maximum);
                break;
            }
            case common_chat_schema::KIND_STRING: {
                const auto & string = as<common_chat_schema_string>(node);
                check_order("minLength", string.min_length, string.max_length < 0 ? INT32_MAX : string.max_length);
                if (!string.pattern.empty()) {
                    patterns.push_back(&string);
                }
                break;
            }
            default: break;
        }
    }

    void walk(const std::vector<common_chat_schema_ptr> & nodes) {
        for (const common_chat_schema_ptr & node : nodes) {
            walk(*node);
        }
    }

    static void check_order(const char * name, int64_t low, int64_t high) {
        PAN_CHECK(low <= high, "the schema cannot be met: %s = %lld is above the maximum %lld", name, (long long) low,
                  (long long) high);
    }

    // A reference to itself through nothing but references: the converter would follow it without an end.
    void check_reference(const common_chat_schema_ref & reference) const {
        const common_chat_schema * target = reference.target;
        for (size_t i = 0; target && target->kind() == common_chat_schema::KIND_REF; ++i) {
            PAN_CHECK(i <= n_references, "the $ref %s of the schema refers to itself", reference.ref.c_str());
            target = as<common_chat_schema_ref>(*target).target;
        }
    }
};

std::string convert(const common_json & json) {
    check_schema(json);
    const auto document = common_chat_schema_from_json(json);
    Schema(document).check_patterns();
    return json_schema_to_grammar(document);
}

}  // namespace

void check_schema(const common_json & schema) { Document(schema).check(); }

std::string schema_to_gbnf(std::string_view schema) {
    PAN_CHECK(schema.size() <= max_bytes, "the schema is longer than %zu bytes", max_bytes);
    const common_json json = parse_json(schema, "schema", max_depth);
    std::string gbnf;
    try {
        gbnf = convert(json);
    } catch (const Failure &) {
        throw;
    } catch (const std::runtime_error & e) {  // how the converter says no
        throw Failure(PAN_E_ARG, e.what());
    } catch (const std::logic_error & e) {
        throw Failure(PAN_E_ARG, e.what());
    }
    try {
        parse_gbnf(gbnf, "root", nullptr);
    } catch (const Failure & e) {
        throw Failure(PAN_E_ARG, std::string("the schema gives no usable grammar: ") + e.what());
    }
    return gbnf;
}

}  // namespace pan
