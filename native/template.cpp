// Chats rendered by llama.cpp's common code: the prompt, and what its answer is constrained to and read with.
#include <vector>

#include "jinja_check.h"
#include "json_text.h"
#include "gbnf.h"
#include "marks.h"

#include "jinja/parser.h"

struct pan_template {
    common_chat_templates_ptr templates;
    pan::Specials specials;
    std::string sources;  // of all variants

    pan_template(common_chat_templates_ptr made, std::vector<std::string> texts)
        : templates(std::move(made)), specials(std::move(texts)) {}
};

namespace pan {
namespace {

constexpr int max_request_depth = 200;
constexpr size_t max_tools = 500;

// What common code would refuse without saying why.
void check_source(const std::string & source) { jinja::parse_from_tokens(checked_template(source)); }

std::unique_ptr<pan_template> new_template(const llama_model * model, const std::string & source) {
    std::string sources = source;
    if (source.empty()) {
        const char * own = llama_model_chat_template(model, nullptr);
        const char * with_tools = llama_model_chat_template(model, "tool_use");
        if (!own && !with_tools) {
            throw Failure(PAN_E_NULL, "the model has no chat template: give one");
        }
        for (const char * variant : {own, with_tools}) {
            if (variant) {
                check_source(variant);
                sources.append(variant).append("\n");
            }
        }
    } else {
        check_source(source);
    }
    auto made = std::make_unique<pan_template>(common_chat_templates_init(model, source), special_texts(model));
    made->sources = std::move(sources);
    return made;
}

// ---- the request ----

// Runs f, and says that the request is wrong if it throws.
template <class F> auto reading(const F & f) {
    try {
        return f();
    } catch (const Failure &) {
        throw;
    } catch (const Abort &) {
        throw;
    } catch (const std::bad_alloc &) {
        throw;
    } catch (const std::exception & e) {
        throw Failure(PAN_E_ARG, e.what());
    }
}

void check_message(const common_json & message) {
    PAN_CHECK(message.is_object() && message.contains("role"), "a message is no object with a role");
    const auto role = message.at("role").get<std::string>();
    // A template may write a role between its own marks.
    for (const char * known : {"system", "developer", "user", "assistant", "tool"}) {
        if (role == known) {
            return;
        }
    }
    PAN_CHECK(false, "the role \"%s\" is none of system, developer, user, assistant and tool", role.c_str());
}

// Without its empty fields: {"content": null} beside tool calls, {"reasoning_content": null}.
common_json without_nulls(const common_json & message) {
    common_json kept = common_json::object();
    for (const auto & [key, value] : message.items()) {
        if (!value.is_null() || key == "content") {
            kept[key] = value;
        }
    }
    return kept;
}

void read_messages(const common_json & request, common_chat_templates_inputs & inputs) {
    PAN_CHECK(request.contains("messages") && request.at("messages").is_array(), "messages is no array");
    common_json messages = common_json::array();
    for (const common_json & message : request.at("messages")) {
        check_message(message);
        messages.push_back(without_nulls(message));
    }
    inputs.messages = common_chat_msgs_parse_oaicompat(messages);
    for (const common_chat_msg & message : inputs.messages) {
        for (const common_chat_msg_content_part & part : message.content_parts) {
            PAN_CHECK(part.type == "text", "content of type %s is not supported", part.type.c_str());
        }
        for (const common_chat_tool_call & call : message.tool_calls) {
            check_json_depth(call.arguments, "arguments", max_request_depth);
        }
    }
    if (request.contains("continue_final_message")) {
        inputs.continue_final_message = common_chat_continuation_parse(request.at("continue_final_message"));
    }
    inputs.add_generation_prompt = request.value("add_generation_prompt", true);
    if (inputs.continue_final_message != COMMON_CHAT_CONTINUATION_NONE) {
        PAN_CHECK(!inputs.messages.empty() && inputs.messages.back().role == "assistant" &&
                      inputs.messages.back().tool_calls.empty(),
                  "the last message is none of an assistant without tool calls: it cannot be continued");
        inputs.add_generation_prompt = false;
    }
}

void read_tools(const common_json & request, const pan_template & chat, common_chat_templates_inputs & inputs) {
    if (request.contains("tools") && !request.at("tools").is_null()) {
        inputs.tools = common_chat_tools_parse_oaicompat(request.at("tools"));
    }
    PAN_CHECK(inputs.tools.size() <= max_tools, "there are more than %zu tools", max_tools);
    for (const common_chat_tool & tool : inputs.tools) {
        const common_json schema = parse_json(tool.parameters, "schema", 64);
        PAN_CHECK(schema.is_object(), "the parameters of the tool %s are no object", tool.name.c_str());
        check_schema(schema);
    }
    inputs.tool_choice = common_chat_tool_choice_parse_oaicompat(request.value("tool_choice", std::string("auto")));
    const auto caps = common_chat_templates_get_caps(chat.templates.get());
    const auto parallel = caps.find("supports_parallel_tool_calls");
    inputs.parallel_tool_calls =
        request.value("parallel_tool_calls", parallel != caps.end() && parallel->second);
}

void read_constraints(const common_json & request, common_chat_templates_inputs & inputs) {
    if (request.contains("json_schema") && !request.at("json_schema").is_null()) {
        const common_json & schema = request.at("json_schema");
        inputs.json_schema = schema.is_string() ? schema.get<std::string>() : schema.dump();
        schema_to_gbnf(inputs.json_schema);
        if (common_json::parse(inputs.json_schema).empty()) {
            inputs.json_schema = "{\"type\":\"object\"}";
        }
    }
    inputs.grammar = request.value("grammar", std::string());
    PAN_CHECK(inputs.grammar.empty() || inputs.json_schema.empty(), "both json_schema and grammar are given");
    PAN_CHECK(inputs.grammar.empty() || inputs.tools.empty() || inputs.tool_choice == COMMON_CHAT_TOOL_CHOICE_NONE,
              "a grammar cannot be combined with tools");
}

void read_kwargs(const common_json & request, common_chat_templates_inputs & inputs) {
    inputs.enable_thinking = request.value("enable_thinking", true);
    if (!request.contains("kwargs") || request.at("kwargs").is_null()) {
        return;
    }
    PAN_CHECK(request.at("kwargs").is_object(), "kwargs is no object");
    for (const auto & [name, value] : request.at("kwargs").items()) {
        for (const char * own : {"messages", "tools", "bos_token", "eos_token", "add_generation_prompt"}) {
            PAN_CHECK(name != own, "kwargs cannot set %s", own);
        }
        if (name == "enable_thinking") {
            PAN_CHECK(value.is_boolean(), "enable_thinking is no boolean");
            inputs.enable_thinking = value.get<bool>();
        }
        inputs.chat_template_kwargs[name] = value.dump();
    }
}

common_chat_templates_inputs read_request(const common_json & request, const pan_template & chat) {
    PAN_CHECK(request.is_object(), "the request is no object");
    common_chat_templates_inputs inputs;
    inputs.reasoning_format = COMMON_REASONING_FORMAT_AUTO;
    read_messages(request, inputs);
    read_tools(request, chat, inputs);
    read_constraints(request, inputs);
    read_kwargs(request, inputs);
    return inputs;
}

// ---- the prompt ----

Marks::Prompt marked_prompt(const pan_template & chat, const common_chat_templates_inputs & inputs,
                            std::string_view request, const std::string & prompt) {
    Marks around(chat.specials, Marks::Place::around, {request, chat.sources});
    const auto marked = around.mark(inputs);
    if (!around.any()) {
        return {prompt, {}};
    }
    try {
        const auto other = around.read(common_chat_templates_apply(chat.templates.get(), marked).prompt);
        // The template may have cut or trimmed differently where there were marks.
        Marks::Prompt same{prompt, {}};
        if (carry_over(chat.specials, prompt, other, same.forged)) {
            return same;
        }
    } catch (const Abort &) {
        throw;
    } catch (const std::bad_alloc &) {
        throw;
    } catch (const std::exception &) {
        // It counts characters, or the like.
    }
    Marks inside(chat.specials, Marks::Place::inside, {request, chat.sources});
    return inside.read(common_chat_templates_apply(chat.templates.get(), inside.mark(inputs)).prompt);
}

common_json parts_of(const Marks::Prompt & prompt) {
    common_json parts = common_json::array();
    size_t done = 0;
    const auto add = [&](size_t end, bool special) {
        if (end > done) {
            parts.push_back({{"text", prompt.text.substr(done, end - done)}, {"special", special}});
            done = end;
        }
    };
    for (const Range & forged : prompt.forged) {
        add(forged.begin, true);
        add(forged.end, false);
    }
    add(prompt.text.size(), true);
    return parts;
}

common_json triggers_of(const common_chat_params & params) {
    common_json triggers = common_json::array();
    for (const common_grammar_trigger & trigger : params.grammar_triggers) {
        static const char * types[] = {"token", "word", "pattern", "pattern_full"};
        common_json one{{"type", types[trigger.type]}, {"value", trigger.value}};
        if (trigger.type == COMMON_GRAMMAR_TRIGGER_TYPE_TOKEN) {
            one["token"] = trigger.token;
        }
        triggers.push_back(one);
    }
    return triggers;
}

std::string render(const pan_template & chat, std::string_view text) {
    const common_json request = parse_json(text, "request", max_request_depth);
    const auto inputs = reading([&] { return read_request(request, chat); });
    const common_chat_params params = common_chat_templates_apply(chat.templates.get(), inputs);
    const bool has_tools = !inputs.tools.empty() && inputs.tool_choice != COMMON_CHAT_TOOL_CHOICE_NONE;
    const bool own_grammar = params.grammar.empty();
    common_json out = common_json::object();
    out["parts"] = parts_of(marked_prompt(chat, inputs, text, params.prompt));
    out["grammar"] = own_grammar ? inputs.grammar : params.grammar;
    out["grammar_lazy"] = !own_grammar && params.grammar_lazy;
    out["grammar_begun"] = own_grammar || params.grammar_lazy ? std::string() : params.generation_prompt;
    out["triggers"] = triggers_of(params);
    out["preserved_tokens"] = params.preserved_tokens;
    out["stops"] = params.additional_stops;
    out["thinking"] = params.supports_thinking;
    out["thinking_start"] = params.thinking_start_tag;
    out["thinking_ends"] = params.thinking_end_tags;
    out["parser"] = common_json{{"format", static_cast<int>(params.format)},
                                {"generation_prompt", params.generation_prompt},
                                {"arena", params.parser},
                                {"continues", inputs.continue_final_message != COMMON_CHAT_CONTINUATION_NONE},
                                {"nests", has_tools || !inputs.json_schema.empty()}};
    return out.dump_safe();
}

}  // namespace
}  // namespace pan

int32_t pan_template_new(const llama_model * model, const char * source, int32_t n_bytes, pan_template ** out) {
    return pan::guard([&] {
        PAN_NOT_NULL(out);
        *out = nullptr;
        PAN_CHECK(n_bytes >= 0 && (n_bytes == 0 || source), "source is NULL or n_bytes = %d negative", n_bytes);
        pan::vocabulary(model);
        const std::string text(source ? source : "", static_cast<size_t>(n_bytes));
        *out = pan::new_template(model, text).release();
        return PAN_OK;
    });
}

int32_t pan_template_free(pan_template * chat) {
    return pan::guard([&] {
        delete chat;
        return PAN_OK;
    });
}

int32_t pan_template_apply(const pan_template * chat, const char * request, int32_t n_bytes, char ** out,
                           int32_t * out_bytes) {
    return pan::guard([&] {
        PAN_NOT_NULL(chat);
        PAN_NOT_NULL(request);
        PAN_NOT_NULL(out);
        PAN_NOT_NULL(out_bytes);
        PAN_CHECK(n_bytes >= 0, "n_bytes is negative: %d", n_bytes);
        *out = nullptr;
        return pan::give_text(pan::render(*chat, {request, static_cast<size_t>(n_bytes)}), out, out_bytes);
    });
}
