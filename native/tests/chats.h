// Chats over real templates, with a vocabulary that has their marks.
#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>

#include "json.h"
#include "support.h"

namespace test {

inline const std::vector<std::string> & chat_marks() {
    static const std::vector<std::string> all = {
        "<|im_start|>", "<|im_end|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>", "<|eom_id|>",
        "<|python_tag|>", "[INST]", "[/INST]", "[AVAILABLE_TOOLS]", "[/AVAILABLE_TOOLS]", "[TOOL_CALLS]",
        "[TOOL_RESULTS]", "[/TOOL_RESULTS]", "[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]", "<start_of_turn>", "<end_of_turn>",
        "<|turn>", "<turn|>", "<|user|>", "<|assistant|>", "<|system|>", "<|tool|>", "<|end|>", "<｜User｜>",
        "<｜Assistant｜>", "<｜end▁of▁sentence｜>", "<｜tool▁outputs▁begin｜>", "<|start_of_role|>", "<|end_of_role|>",
        "<|end_of_text|>", "<|start|>", "<|channel|>", "<|message|>", "<|call|>", "<|return|>", "<|constrain|>",
        "<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>", "<|END_OF_TURN_TOKEN|>",
        "<|START_OF_TURN_TOKEN|>", "<|USER_TOKEN|>"};
    return all;
}

inline llama_model * chat_model() {
    static const Model model = [] {
        ModelSpec spec;
        spec.extra_control = chat_marks();
        return load(write_model("chats", spec), true);
    }();
    return model.get();
}

inline std::vector<std::string> template_names() {
    std::vector<std::string> names;
    for (const auto & entry : std::filesystem::directory_iterator(PAN_TEMPLATES)) {
        if (entry.path().extension() == ".jinja") {
            names.push_back(entry.path().stem().string());
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

inline std::string template_source(const std::string & name) {
    std::ifstream file(std::string(PAN_TEMPLATES) + "/" + name + ".jinja");
    std::stringstream text;
    text << file.rdbuf();
    EXPECT_GT(text.str().size(), 0u) << name;
    return text.str();
}

using Template = std::unique_ptr<pan_template, decltype(&pan_template_free)>;

inline Template new_template(const std::string & source, const llama_model * model = chat_model()) {
    start();
    pan_template * made = nullptr;
    EXPECT_EQ(pan_template_new(model, source.data(), source.size(), &made), PAN_OK) << last_error();
    return {made, pan_template_free};
}

inline common_json take(int32_t status, char * out, int32_t size) {
    EXPECT_EQ(status, PAN_OK) << last_error();
    common_json json = status == PAN_OK ? common_json::parse(std::string(out, size)) : common_json::object();
    pan_free(out);
    return json;
}

inline int32_t apply_status(const Template & chat, const std::string & request, std::string * result = nullptr) {
    char * out = nullptr;
    int32_t size = 0;
    const int32_t status = pan_template_apply(chat.get(), request.data(), request.size(), &out, &size);
    if (status == PAN_OK && result) {
        result->assign(out, size);
    }
    pan_free(out);
    return status;
}

inline common_json rendered(const Template & chat, const std::string & request) {
    char * out = nullptr;
    int32_t size = 0;
    const int32_t status = pan_template_apply(chat.get(), request.data(), request.size(), &out, &size);
    return take(status, out, size);
}

inline std::vector<Part> parts_of(const common_json & applied) {
    std::vector<Part> parts;
    for (const common_json & part : applied.at("parts")) {
        parts.push_back({part.at("text").get<std::string>(), part.at("special").get<bool>()});
    }
    return parts;
}

inline std::string joined(const std::vector<Part> & parts) {
    std::string text;
    for (const Part & part : parts) {
        text += part.text;
    }
    return text;
}

inline const std::string weather_tool =
    R"({"type": "function", "function": {"name": "get_weather", "description": "The weather of a place.",)"
    R"( "parameters": {"type": "object", "properties": {"city": {"type": "string", "description": "Where."},)"
    R"( "days": {"type": "integer"}}, "required": ["city"]}}})";

}  // namespace test
