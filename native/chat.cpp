// The model's own chat template, rendered by llama.cpp's Jinja engine. Its values know which text was input; the common
// code of llama.cpp drops that when it joins the result, so the engine is run directly here.
#include <vector>

#include "jinja_check.h"
#include "json_text.h"

#include "jinja/caps.h"
#include "jinja/parser.h"
#include "jinja/runtime.h"
#include "jinja/value.h"

struct pan_chat {
    jinja::program program;
    std::string source, bos, eos;
    jinja::caps caps;
};

namespace pan {
namespace {

using jinja::func_args;
using jinja::func_builtins;
using jinja::value;
using jinja::value_array_t;
using jinja::value_string_t;

value as_input(const value & original);

// A string or an array that came from a message. The engine loses its marks in split, join and others; here whatever a
// method makes of input is input again.
template <class Base> struct Input : Base {
    using Base::Base;

    const func_builtins & get_builtins() const override {
        static const func_builtins wrapped = [this] {
            func_builtins all = Base::get_builtins();
            for (auto & entry : all) {
                entry.second = [original = entry.second](const func_args & args) { return as_input(original(args)); };
            }
            return all;
        }();
        return wrapped;
    }

  protected:
    // The engine compares exact types: a plain value must still equal one of these.
    bool equivalent(const jinja::value_t & other) const override {
        return typeid(other) == typeid(Base) ? Base(*this) == other : Base::equivalent(other);
    }
};

value as_input(const value & original) {
    if (jinja::is_val<jinja::value_string>(original)) {
        auto marked = std::make_shared<Input<value_string_t>>(original->as_string());
        marked->mark_input();
        return marked;
    }
    if (jinja::is_val<jinja::value_array>(original)) {
        auto marked = std::make_shared<Input<value_array_t>>();
        for (const value & item : original->as_array()) {
            marked->push_back(as_input(item));
        }
        return marked;
    }
    if (jinja::is_val<jinja::value_object>(original)) {
        for (const auto & [key, item] : original->as_ordered_object()) {
            if (key->as_string().str() == "text") {
                original->at("text") = as_input(item);
                break;
            }
        }
    }
    return original;
}

// ---- messages, in the shape that the template understands (as llama.cpp's common code does it) ----

void merge_system(common_json & messages) {
    if (messages.empty() || messages.front().value("role", "") != "system") {
        return;
    }
    if (messages.size() == 1) {
        messages.front()["role"] = "user";
        return;
    }
    const auto system = messages.front().at("content").get<std::string>();
    common_json & next = messages.at(1);
    next["content"] = system + "\n" + next.at("content").get<std::string>();
    messages.erase(size_t{0});
}

std::string joined(const common_json & parts) {
    std::string text;
    for (const common_json & part : parts) {
        if (part.value("type", "") == "text") {
            text += (text.empty() ? "" : "\n") + part.value("text", "");
        }
    }
    return text;
}

void normalise(common_json & messages, const pan_chat & chat) {
    const bool only_string = chat.caps.supports_string_content && !chat.caps.supports_typed_content;
    const bool only_typed = !chat.caps.supports_string_content && chat.caps.supports_typed_content;
    const bool knows_developer = chat.source.find("<|channel|>") != std::string::npos;
    for (common_json & message : messages) {
        if (message.value("role", "") == "developer" && !knows_developer) {
            message["role"] = "system";
        }
    }
    if (!chat.caps.supports_system_role) {
        merge_system(messages);
    }
    for (common_json & message : messages) {
        if (!message.contains("content")) {
            continue;
        }
        common_json & content = message.at("content");
        if (only_typed && content.is_string()) {
            content = common_json::array({common_json{{"type", "text"}, {"text", content.get<std::string>()}}});
        } else if (only_string && content.is_array()) {
            content = joined(content);
        }
    }
}

jinja::string render(const pan_chat & chat, const common_json & request) {
    common_json messages = request.at("messages");
    PAN_CHECK(messages.is_array(), "messages is no array");
    normalise(messages, chat);
    common_json variables{{"messages", messages}, {"bos_token", chat.bos}, {"eos_token", chat.eos}};
    variables["add_generation_prompt"] = request.value("add_generation_prompt", false);

    jinja::context context(chat.source);
    if (request.contains("kwargs")) {
        const common_json kwargs = request.at("kwargs");
        for (const auto & [key, argument] : kwargs.items()) {
            variables[key] = argument;
        }
        if (kwargs.contains("preserve_reasoning") && kwargs.at("preserve_reasoning").is_boolean()) {
            jinja::caps_apply_preserve_reasoning(context, kwargs.at("preserve_reasoning").get<bool>());
        }
        if (kwargs.contains("reasoning_effort") && kwargs.at("reasoning_effort").is_string()) {
            jinja::caps_apply_reasoning_effort(context, kwargs.at("reasoning_effort").get<std::string>());
        }
    }
    jinja::global_from_json(context, variables, false);
    for (const value & message : context.get_val("messages")->as_array()) {
        for (const char * key : {"content", "reasoning_content"}) {
            if (message->has_key(jinja::mk_val<jinja::value_string>(key))) {
                value & content = message->at(key);
                content = as_input(content);
            }
        }
    }
    jinja::runtime runtime(context);
    const value result = runtime.execute(chat.program);
    return jinja::runtime::gather_string_parts(result)->as_string();
}

std::string to_json(const jinja::string & rendered) {
    common_json parts = common_json::array();
    for (const jinja::string_part & part : rendered.parts) {
        if (!part.val.empty()) {
            parts.push_back({{"text", part.val}, {"special", !part.is_input}});
        }
    }
    return common_json{{"parts", parts}}.dump_safe();
}

}  // namespace
}  // namespace pan

int32_t pan_chat_new(const char * source, int32_t n_bytes, const char * bos, const char * eos, pan_chat ** out) {
    return pan::guard([&] {
        PAN_CHECK(n_bytes >= 0 && (n_bytes == 0 || source), "source is NULL or n_bytes = %d negative", n_bytes);
        PAN_NOT_NULL(bos);
        PAN_NOT_NULL(eos);
        PAN_NOT_NULL(out);
        *out = nullptr;
        const auto lexed = pan::checked_template({source, static_cast<size_t>(n_bytes)});
        auto chat = std::make_unique<pan_chat>();
        chat->program = jinja::parse_from_tokens(lexed);
        chat->source = lexed.source;
        chat->bos = bos;
        chat->eos = eos;
        chat->caps = jinja::caps_get(chat->program);
        *out = chat.release();
        return PAN_OK;
    });
}

int32_t pan_chat_free(pan_chat * chat) {
    return pan::guard([&] {
        delete chat;
        return PAN_OK;
    });
}

int32_t pan_chat_render(const pan_chat * chat, const char * request, int32_t n_bytes, char ** out,
                        int32_t * out_bytes) {
    return pan::guard([&] {
        PAN_NOT_NULL(chat);
        PAN_NOT_NULL(request);
        PAN_NOT_NULL(out);
        PAN_NOT_NULL(out_bytes);
        PAN_CHECK(n_bytes >= 0, "n_bytes is negative: %d", n_bytes);
        *out = nullptr;
        const auto parsed = pan::parse_json({request, static_cast<size_t>(n_bytes)}, "request", pan::max_template_depth);
        return pan::give_text(pan::to_json(pan::render(*chat, parsed)), out, out_bytes);
    });
}
