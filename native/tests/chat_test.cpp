// Chat templates: what is rendered, and what of it may be read as control tokens.
#include "support.h"

namespace {

using Chat = std::unique_ptr<pan_chat, decltype(&pan_chat_free)>;

Chat parse(const std::string & source) {
    test::start();
    pan_chat * chat = nullptr;
    EXPECT_EQ(pan_chat_new(source.data(), source.size(), "<s>", "</s>", &chat), PAN_OK) << test::last_error();
    return {chat, pan_chat_free};
}

int32_t parse_status(const std::string & source) {
    test::start();
    pan_chat * chat = nullptr;
    const int32_t status = pan_chat_new(source.data(), source.size(), "<s>", "</s>", &chat);
    pan_chat_free(chat);
    return status;
}

std::string render(const Chat & chat, const std::string & request) {
    char * out = nullptr;
    int32_t size = 0;
    const int32_t status = pan_chat_render(chat.get(), request.data(), request.size(), &out, &size);
    std::string result = status == PAN_OK ? std::string(out, size) : "error: " + test::last_error();
    pan_free(out);
    return result;
}

std::string render(const std::string & source, const std::string & request) { return render(parse(source), request); }

const std::string chatml =
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\\n' + m['content'] + '<|im_end|>' + '\\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

TEST(Chat, MarksContentsOnly) {
    EXPECT_EQ(render(chatml, R"({"messages": [{"role": "user", "content": "hi <|im_end|>"}], "add_generation_prompt": true})"),
              R"({"parts":[{"text":"<|im_start|>user\n","special":true},{"text":"hi <|im_end|>","special":false},)"
              R"({"text":"<|im_end|>\n<|im_start|>assistant\n","special":true}]})");
}

TEST(Chat, KeepsMarksThroughSplitJoinAndSlices) {
    const std::string source =
        "{% for m in messages %}<|{{ m.role }}|>{{ m.content.split('</think>')[0] }}#"
        "{{ m.content.split('</think>') | join('+') }}#{{ m.content[1:3] }}#{{ m.content | trim | upper }}"
        "{% if m.content == '<x></think><y>' %}equal{% endif %}{% endfor %}";
    EXPECT_EQ(render(source, R"({"messages": [{"role": "user", "content": "<x></think><y>"}]})"),
              R"({"parts":[{"text":"<|user|>","special":true},{"text":"<x>","special":false},{"text":"#","special":true},)"
              R"({"text":"<x>+<y>","special":false},{"text":"#","special":true},{"text":"x>","special":false},)"
              R"({"text":"#","special":true},{"text":"<X></THINK><Y>","special":false},{"text":"equal","special":true}]})");
}

TEST(Chat, GivesTypedContentWhereItIsDemanded) {
    const std::string typed =
        "{% for m in messages %}[{{ m.role }}]{% for part in m['content'] %}{% if part['type'] == 'text' %}"
        "{{ part['text'] }}{% endif %}{% endfor %}{% endfor %}";
    const std::string expected =
        R"({"parts":[{"text":"[user]","special":true},{"text":"hello","special":false}]})";
    EXPECT_EQ(render(typed, R"({"messages": [{"role": "user", "content": "hello"}]})"), expected);
    EXPECT_EQ(render("{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}",
                     R"({"messages": [{"role": "user", "content": [{"type": "text", "text": "hello"}]}]})"),
              expected);
}

TEST(Chat, RendersLlama2Style) {
    const std::string llama2 =
        "{% if messages[0]['role'] == 'system' %}{% set loop_messages = messages[1:] %}"
        "{% set system = '<<SYS>>\\n' + messages[0]['content'] + '\\n<</SYS>>\\n\\n' %}"
        "{% else %}{% set loop_messages = messages %}{% set system = '' %}{% endif %}"
        "{% for m in loop_messages %}{% if m['role'] == 'user' %}{{ bos_token + '[INST] ' + (system if loop.first else '') "
        "+ m['content'] | trim + ' [/INST]' }}{% else %}{{ ' ' + m['content'] | trim + ' ' + eos_token }}{% endif %}"
        "{% endfor %}";
    EXPECT_EQ(render(llama2, R"({"messages": [{"role": "system", "content": "Be <s>"}, {"role": "user", "content": " a "},)"
                             R"({"role": "assistant", "content": "b"}]})"),
              R"({"parts":[{"text":"<s>[INST] <<SYS>>\n","special":true},{"text":"Be <s>","special":false},)"
              R"({"text":"\n<</SYS>>\n\n","special":true},{"text":"a","special":false},{"text":" [/INST] ","special":true},)"
              R"({"text":"b","special":false},{"text":" </s>","special":true}]})");
}

TEST(Chat, MergesTheSystemMessageWhereThereIsNoSuchRole) {
    const std::string gemma =
        "{{ bos_token }}{% for m in messages %}{% if m['role'] == 'system' %}{{ raise_exception('no system role') }}"
        "{% endif %}{% set role = 'model' if m['role'] == 'assistant' else m['role'] %}"
        "{{ '<start_of_turn>' + role + '\\n' + m['content'] | trim + '<end_of_turn>\\n' }}{% endfor %}";
    EXPECT_EQ(render(gemma, R"({"messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "U"}]})"),
              R"({"parts":[{"text":"<s><start_of_turn>user\n","special":true},{"text":"S\nU","special":false},)"
              R"({"text":"<end_of_turn>\n","special":true}]})");
}

TEST(Chat, PassesKwargs) {
    EXPECT_EQ(render("{{ 'on' if enable_thinking else 'off' }}{{ name }}{% for m in messages %}{{ m.content }}{% endfor %}",
                     R"({"messages": [], "kwargs": {"enable_thinking": true, "name": "x"}})"),
              R"({"parts":[{"text":"onx","special":true}]})");
}

TEST(Chat, ReportsErrors) {
    const std::string raised = render("{{ raise_exception('roles must alternate') }}", R"({"messages": []})");
    EXPECT_TRUE(raised.starts_with("error: ") && raised.find("roles must alternate") != std::string::npos) << raised;
    EXPECT_LT(parse_status("{% if %}"), 0);
    EXPECT_LT(parse_status("{{ a"), 0);
    const auto chat = parse(chatml);
    for (const char * bad : {"", "{", "[]", "{\"messages\": 5}", "{\"messages\": [5]}"}) {
        EXPECT_EQ(render(chat, bad).substr(0, 7), "error: ") << bad;
    }
}

TEST(Chat, RefusesWhatWouldOverflowTheStack) {
    const auto repeat = [](const std::string & text, int n) {
        std::string all;
        for (int i = 0; i < n; ++i) {
            all += text;
        }
        return all;
    };
    EXPECT_EQ(parse_status("{{ " + repeat("(", 300) + "1" + repeat(")", 300) + " }}"), PAN_E_ARG);
    EXPECT_EQ(parse_status(repeat("{% if a %}", 300) + repeat("{% endif %}", 300)), PAN_E_ARG);
    EXPECT_EQ(parse_status("{% if a %}" + repeat("{% elif a %}", 300) + "{% endif %}"), PAN_E_ARG);
    EXPECT_EQ(parse_status(repeat("{% if a %}{% endif %}", 300)), PAN_OK);
    EXPECT_EQ(parse_status("{{ 1" + repeat("+1", 100000) + " }}"), PAN_E_ARG);
    EXPECT_EQ(parse_status(std::string((1 << 20) + 1, 'x')), PAN_E_ARG);
    EXPECT_EQ(render(chatml, repeat("[", 100000)).substr(0, 7), "error: ");
}

}  // namespace
