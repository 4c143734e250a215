// What is read from answers.
#include <chrono>

#include "chats.h"

using namespace test;

namespace {

using Reply = std::unique_ptr<pan_reply, decltype(&pan_reply_free)>;

Reply new_reply(const common_json & applied) {
    const std::string parser = applied.at("parser").dump();
    pan_reply * made = nullptr;
    EXPECT_EQ(pan_reply_new(parser.data(), parser.size(), &made), PAN_OK) << last_error();
    return {made, pan_reply_free};
}

const std::string user = R"("messages": [{"role": "user", "content": "Weather?"}])";

Reply reply_to(const std::string & name, const std::string & rest) {
    return new_reply(rendered(new_template(template_source(name)), "{" + user + rest + "}"));
}

const std::string tools = ", \"tools\": [" + weather_tool + "]";

common_json parse(const Reply & reply, const std::string & text, bool partial = false) {
    char * out = nullptr;
    int32_t size = 0;
    const int32_t status = pan_reply_parse(reply.get(), text.data(), text.size(), partial, &out, &size);
    return take(status, out, size);
}

std::string field(const common_json & json, const char * name) { return json.at(name).get<std::string>(); }

void expect_call(const common_json & parsed, const std::string & city) {
    ASSERT_EQ(parsed.at("tool_calls").size(), 1u) << parsed.dump();
    const common_json & call = parsed.at("tool_calls").at(size_t{0});
    EXPECT_EQ(field(call, "name"), "get_weather");
    EXPECT_EQ(common_json::parse(field(call, "arguments")).at("city").get<std::string>(), city);
}

struct Case {
    const char * name;
    std::string text;
};
const std::vector<Case> calls = {
    {"Qwen-Qwen3-0.6B", "<think>\nHm.\n</think>\n\n<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Oslo\"}}\n</tool_call>"},
    {"Qwen-Qwen2.5-7B-Instruct", "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Oslo\"}}\n</tool_call>"},
    {"meta-llama-Llama-3.1-8B-Instruct", "{\"name\": \"get_weather\", \"parameters\": {\"city\": \"Oslo\"}}"},
    {"Qwen3-Coder", "<tool_call>\n<function=get_weather>\n<parameter=city>\nOslo\n</parameter>\n</function>\n</tool_call>"},
    {"mistralai-Mistral-Nemo-Instruct-2407", "[TOOL_CALLS][{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Oslo\"}, \"id\": \"abcdefghi\"}]"},
    {"openai-gpt-oss-120b", "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{\"city\": \"Oslo\"}"},
    {"NousResearch-Hermes-3-Llama-3.1-8B-tool_use", "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Oslo\"}}\n</tool_call>"},
};

TEST(Reply, HasToolCalls) {
    for (const Case & one : calls) {
        SCOPED_TRACE(one.name);
        expect_call(parse(reply_to(one.name, tools), one.text), "Oslo");
    }
}

TEST(Reply, GrowsByPrefixes) {
    for (const Case & one : calls) {
        SCOPED_TRACE(one.name);
        const auto reply = reply_to(one.name, tools);
        std::string content, reasoning, arguments;
        for (size_t n = 0; n <= one.text.size(); ++n) {
            const auto parsed = parse(reply, one.text.substr(0, n), n < one.text.size());
            const auto expect_grown = [&](std::string & before, const std::string & now) {
                EXPECT_TRUE(now.starts_with(before)) << n << ": " << before << " | " << now;
                before = now;
            };
            expect_grown(reasoning, field(parsed, "reasoning_content"));
            expect_grown(content, field(parsed, "content"));
            if (!parsed.at("tool_calls").empty()) {
                expect_grown(arguments, field(parsed.at("tool_calls").at(size_t{0}), "arguments"));
            }
        }
        EXPECT_NE(arguments.find("Oslo"), std::string::npos);
    }
}

TEST(Reply, LeavesToolCallsAloneWithoutTools) {
    for (const char * rest : {"", ", \"tool_choice\": \"none\""}) {
        const auto reply = reply_to("Qwen-Qwen2.5-7B-Instruct", (*rest ? tools : "") + rest);
        const auto parsed = parse(reply, calls[1].text);
        EXPECT_EQ(parsed.at("tool_calls").size(), 0u);
        EXPECT_EQ(field(parsed, "content"), calls[1].text);
    }
}

TEST(Reply, SeparatesReasoning) {
    const auto qwen = parse(reply_to("Qwen-Qwen3-0.6B", ""), "<think>\nHm.\n</think>\n\nCold.");
    EXPECT_EQ(field(qwen, "reasoning_content"), "Hm.\n");
    EXPECT_EQ(field(qwen, "content"), "Cold.");
    const auto forced = parse(reply_to("Qwen-QwQ-32B", ""), "Hm.</think>Cold.");
    EXPECT_EQ(field(forced, "reasoning_content"), "\nHm.");  // the prompt ends with "<think>\n"
    EXPECT_EQ(field(forced, "content"), "Cold.");
    const auto plain = parse(reply_to("Qwen-Qwen3-0.6B", ""), "Cold.");
    EXPECT_EQ(field(plain, "content"), "Cold.");
    EXPECT_EQ(field(plain, "reasoning_content"), "");
}

TEST(Reply, LeavesOutWhatItContinues) {
    for (const std::string name : {"Qwen-Qwen3-0.6B", "Qwen-Qwen2.5-7B-Instruct", "meta-llama-Llama-3.1-8B-Instruct", "openai-gpt-oss-120b"}) {
        SCOPED_TRACE(name);
        const auto applied = rendered(new_template(template_source(name)),
                                   R"({"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content":)"
                                   R"( "The <|im_end|> is"}], "continue_final_message": true})");
        EXPECT_TRUE(joined(parts_of(applied)).ends_with("The <|im_end|> is"));
        EXPECT_EQ(applied.dump().find("\xEF\xB7"), std::string::npos);
        EXPECT_EQ(field(parse(new_reply(applied), " cold."), "content"), " cold.");
        EXPECT_EQ(field(parse(new_reply(applied), "", true), "content"), "");
    }
    const auto applied = rendered(new_template(template_source("Qwen-Qwen3-0.6B")),
                               R"({"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "",)"
                               R"( "reasoning_content": "Well"}], "continue_final_message": true})");
    const auto parsed = parse(new_reply(applied), ", no.</think>Cold.");
    EXPECT_EQ(field(parsed, "reasoning_content"), ", no.");
    EXPECT_EQ(field(parsed, "content"), "Cold.");
}

TEST(Reply, IsContentIfItHasAnotherFormat) {
    const auto reply = reply_to("Qwen-Qwen2.5-7B-Instruct", tools);
    for (const std::string text : {"<tool_call>\n{\"name\": \"other\"}</tool_call> and", "<tool_call>{{{{", "}}]]"}) {
        const auto parsed = parse(reply, text);
        EXPECT_EQ(field(parsed, "content"), text);
        EXPECT_EQ(parsed.at("tool_calls").size(), 0u);
    }
}

TEST(Reply, StandsDeepNestingAndBadText) {
    const std::string deep = "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": " + std::string(200000, '[');
    for (const bool partial : {false, true}) {
        EXPECT_EQ(field(parse(reply_to("Qwen-Qwen2.5-7B-Instruct", tools), deep, partial), "content"), deep);
        EXPECT_EQ(field(parse(reply_to("Qwen-Qwen2.5-7B-Instruct", ""), deep, partial), "content"), deep);
    }
    const auto reply = reply_to("Qwen-Qwen2.5-7B-Instruct", "");
    EXPECT_EQ(field(parse(reply, "a\xFF" "b\xC3"), "content"), "a\uFFFD" "b\uFFFD");
    EXPECT_EQ(field(parse(reply, "a\xC3", true), "content"), "a");
    EXPECT_EQ(field(parse(reply, "\xED\xA0\x80"), "content"), "\uFFFD\uFFFD\uFFFD");
}

TEST(Reply, IsFastWhileItGrows) {
    const auto reply = reply_to("Qwen-Qwen3-0.6B", tools);
    std::string text;
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < 2000; ++i) {
        text += "lorem ipsum ";
        parse(reply, text, true);
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    RecordProperty("seconds", std::to_string(took.count()));
    EXPECT_LT(took.count(), 20);
}

TEST(Reply, RefusesOtherParsers) {
    start();
    for (const std::string bad : {"", "{}", "[]", "{\"format\": 99, \"generation_prompt\": \"\", \"arena\": \"\", \"continues\": false, \"nests\": false}"}) {
        pan_reply * made = nullptr;
        EXPECT_EQ(pan_reply_new(bad.data(), bad.size(), &made), PAN_E_ARG) << bad;
        EXPECT_EQ(made, nullptr);
    }
}

}  // namespace
