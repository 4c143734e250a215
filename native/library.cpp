// Version, sizes, errors.
#include <algorithm>
#include <cstdlib>

#include "build_info.h"
#include "shim.h"

namespace pan {

std::string text(const char * format, ...) {
    char buffer[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(buffer, sizeof(buffer), format, args);
    va_end(args);
    return buffer;
}

Call & call() {
    static thread_local Call current;
    return current;
}

void Call::begin() {
    if (depth++ == 0) {
        message[0] = 0;
        errors_size = 0;
    }
}

void Call::end() {
    if (--depth == 0) {
        flush_log();
    }
}

void Call::fail(std::string_view why) {
    const size_t n = std::min(why.size(), sizeof(message) - 1);
    std::memcpy(message, why.data(), n);
    message[n] = 0;
}

// "llama_model_load: error loading model: no such tensor" without the function's name.
static std::string_view without_origin(std::string_view line) {
    const size_t colon = line.find(": ");
    const bool is_name = colon != std::string_view::npos && line.substr(0, colon).find(' ') == std::string_view::npos;
    return is_name ? line.substr(colon + 2) : line;
}

void Call::log_error(std::string_view line) {
    line = without_origin(line);
    while (!line.empty() && (line.back() == '\n' || line.back() == ' ')) {
        line.remove_suffix(1);
    }
    const std::string_view separator = errors_size > 0 ? "; " : "";
    if (line.empty() || errors_size + separator.size() + line.size() > sizeof(errors)) {
        return;  // the first errors say why, the later ones only that
    }
    for (std::string_view part : {separator, line}) {
        std::memcpy(errors + errors_size, part.data(), part.size());
        errors_size += part.size();
    }
}

void fail_with_log(const char * otherwise) {
    flush_log();
    const Call & current = call();
    throw Failure(PAN_E_NULL, current.errors_size > 0 ? std::string(current.errors, current.errors_size) : otherwise);
}

int32_t give_text(const std::string & text, char ** out, int32_t * out_bytes) {
    *out = static_cast<char *>(std::malloc(text.size() + 1));
    if (!*out) {
        throw std::bad_alloc();
    }
    std::memcpy(*out, text.c_str(), text.size() + 1);
    *out_bytes = static_cast<int32_t>(text.size());
    return PAN_OK;
}

}  // namespace pan

int32_t pan_abi_version(void) { return PAN_ABI; }

const char * pan_build_info(void) { return PAN_BUILD_INFO; }

int32_t pan_sizeof(int32_t what) {
    switch (what) {
        case PAN_STRUCT_MODEL_PARAMS: return sizeof(llama_model_params);
        case PAN_STRUCT_CONTEXT_PARAMS: return sizeof(llama_context_params);
        case PAN_STRUCT_LOGIT_BIAS: return sizeof(llama_logit_bias);
        case PAN_STRUCT_MODEL_FACTS: return sizeof(pan_model_facts);
        case PAN_STRUCT_CONTEXT_SIZES: return sizeof(pan_context_sizes);
        case PAN_STRUCT_DEVICE: return sizeof(pan_device);
        case PAN_STRUCT_TOKEN_DATA: return sizeof(llama_token_data);
        case PAN_STRUCT_TOKEN_ARRAY: return sizeof(llama_token_data_array);
        default: return PAN_E_ARG;
    }
}

const char * pan_last_error(void) { return pan::call().message; }

void pan_free(void * pointer) { std::free(pointer); }
