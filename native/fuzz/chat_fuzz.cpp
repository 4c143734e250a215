// Any text as a chat template, as a request and as a model's answer: a prompt, and what is read from the answer.
#include "fuzz.h"

#include "json.h"

namespace {

using Template = std::unique_ptr<pan_template, decltype(&pan_template_free)>;
using Reply = std::unique_ptr<pan_reply, decltype(&pan_reply_free)>;

int32_t length(const std::string & text) { return static_cast<int32_t>(text.size()); }

void answer(const std::string & applied, const std::string & text) {
    const std::string parser = common_json::parse(applied).at("parser").dump();
    pan_reply * made = nullptr;
    if (fuzz::checked(pan_reply_new(parser.data(), length(parser), &made), "reply") != PAN_OK) {
        fuzz::fail("the parser that was made for it");
    }
    const Reply reply(made, pan_reply_free);
    for (size_t n = text.size() / 2; n <= text.size(); n += std::max<size_t>(text.size() - n, 1)) {
        fuzz::Text read;
        fuzz::checked(pan_reply_parse(reply.get(), text.data(), static_cast<int32_t>(n), n < text.size(), &read.data,
                                      &read.size), "parse");
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t * data, size_t size) {
    const auto parts = fuzz::parts(data, size, 3);
    if (parts[0].empty()) {
        return 0;
    }
    pan_template * made = nullptr;
    if (fuzz::checked(pan_template_new(fuzz::model(), parts[0].data(), length(parts[0]), &made), "template") != PAN_OK) {
        return 0;
    }
    const Template chat(made, pan_template_free);
    fuzz::Text applied;
    if (fuzz::checked(pan_template_apply(chat.get(), parts[1].data(), length(parts[1]), &applied.data, &applied.size),
                      "apply") == PAN_OK) {
        answer(applied.string(), parts[2]);
    }
    return 0;
}
