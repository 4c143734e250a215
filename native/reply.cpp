// What a model answered, read by the parser that came with the prompt.
#include <algorithm>

#include "chat.h"
#include "json_text.h"

struct pan_reply {
    common_chat_parser_params params;
    common_chat_msg begun;  // what the parser finds before the model has written anything
    bool nests = false;     // it reads JSON, and recurses over it
};

namespace pan {
namespace {

constexpr int max_depth = 100;

bool nests_too_deep(std::string_view text) {
    int depth = 0;
    for (const char c : text) {
        if (c == '[' || c == '{') {
            if (++depth > max_depth) {
                return true;
            }
        } else if ((c == ']' || c == '}') && depth > 0) {
            --depth;
        }
    }
    return false;
}

// The length of the character at i, 0 if it is none; `whole` is false when only its end is missing.
size_t character(std::string_view text, size_t i, bool & whole) {
    const auto byte = [&](size_t at) { return static_cast<unsigned char>(text[at]); };
    const unsigned char lead = byte(i);
    whole = true;
    if (lead < 0x80) {
        return 1;
    }
    const size_t n = lead >= 0xC2 && lead < 0xE0 ? 2 : lead >= 0xE0 && lead < 0xF0 ? 3 : lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
    for (size_t k = 1; k < n; ++k) {
        if (i + k == text.size()) {
            whole = false;
            return 0;
        }
        const unsigned char low = k > 1 ? 0x80 : lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        const unsigned char high = k > 1 ? 0xBF : lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        if (byte(i + k) < low || byte(i + k) > high) {
            return 0;
        }
    }
    return n;
}

// Valid UTF-8: what is not becomes U+FFFD. The beginning of a character at the end is left out if more is to come.
std::string repaired(std::string_view text, bool partial) {
    std::string valid;
    for (size_t i = 0; i < text.size();) {
        bool whole;
        const size_t n = character(text, i, whole);
        if (n > 0) {
            valid.append(text, i, n);
            i += n;
        } else if (!whole) {
            return partial ? valid : valid + "\uFFFD";
        } else {
            valid += "\uFFFD";
            ++i;
        }
    }
    return valid;
}

common_chat_msg only_content(const std::string & text) {
    common_chat_msg message;
    message.content = text;
    return message;
}

// The text after the beginning that was continued; the parser may have trimmed that, or not have it yet.
std::string after(const std::string & begun, const std::string & text) {
    if (text.starts_with(begun)) {
        return text.substr(begun.size());
    }
    return begun.starts_with(text) ? std::string() : text;
}

common_chat_msg parse(const pan_reply & reply, const std::string & text, bool partial) {
    if (reply.nests && nests_too_deep(text)) {
        return only_content(text);
    }
    try {
        common_chat_msg message = common_chat_parse(text, partial, reply.params);
        message.content = after(reply.begun.content, message.content);
        message.reasoning_content = after(reply.begun.reasoning_content, message.reasoning_content);
        return message;
    } catch (const Abort &) {
        throw;
    } catch (const std::bad_alloc &) {
        throw;
    } catch (const std::exception &) {
        return only_content(text);
    }
}

std::unique_ptr<pan_reply> new_reply(std::string_view parser) {
    const common_json json = parse_json(parser, "parser", 16);
    auto reply = std::make_unique<pan_reply>();
    try {
        const int format = json.at("format").get<int>();
        check_range("format", format, 0, COMMON_CHAT_FORMAT_COUNT - 1);
        reply->params.format = static_cast<common_chat_format>(format);
        reply->params.reasoning_format = COMMON_REASONING_FORMAT_AUTO;
        reply->params.generation_prompt = json.at("generation_prompt").get<std::string>();
        reply->nests = json.at("nests").get<bool>();
        const auto arena = json.at("arena").get<std::string>();
        if (!arena.empty()) {
            check_json_depth(arena, "parser", 200);
            reply->params.parser.load(arena);
        }
        reply->params.is_continuation = json.at("continues").get<bool>();
        reply->begun = parse(*reply, "", true);
    } catch (const common_json_error & e) {
        throw Failure(PAN_E_ARG, e.what());
    }
    return reply;
}

std::string to_json(const common_chat_msg & message) {
    common_json calls = common_json::array();
    for (const common_chat_tool_call & call : message.tool_calls) {
        calls.push_back({{"name", call.name}, {"arguments", call.arguments}, {"id", call.id}});
    }
    common_json out = common_json::object();
    out["content"] = message.content;
    out["reasoning_content"] = message.reasoning_content;
    out["tool_calls"] = calls;
    return out.dump_safe();
}

}  // namespace
}  // namespace pan

int32_t pan_reply_new(const char * parser, int32_t n_bytes, pan_reply ** out) {
    return pan::guard([&] {
        PAN_NOT_NULL(out);
        *out = nullptr;
        PAN_NOT_NULL(parser);
        PAN_CHECK(n_bytes >= 0, "n_bytes is negative: %d", n_bytes);
        *out = pan::new_reply({parser, static_cast<size_t>(n_bytes)}).release();
        return PAN_OK;
    });
}

int32_t pan_reply_free(pan_reply * reply) {
    return pan::guard([&] {
        delete reply;
        return PAN_OK;
    });
}

int32_t pan_reply_parse(const pan_reply * reply, const char * text, int32_t n_bytes, bool partial, char ** out,
                        int32_t * out_bytes) {
    return pan::guard([&] {
        PAN_NOT_NULL(reply);
        PAN_NOT_NULL(out);
        PAN_NOT_NULL(out_bytes);
        PAN_CHECK(n_bytes >= 0 && (n_bytes == 0 || text), "text is NULL or n_bytes = %d negative", n_bytes);
        *out = nullptr;
        const std::string valid = pan::repaired({n_bytes > 0 ? text : "", static_cast<size_t>(n_bytes)}, partial);
        return pan::give_text(pan::to_json(pan::parse(*reply, valid, partial)), out, out_bytes);
    });
}
