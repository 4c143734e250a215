// What the common code takes from its own common.cpp and log.cpp, which would bring samplers and the command line along.
#include <cstdarg>
#include <vector>

#include "common.h"
#include "log.h"

std::string string_join(const std::vector<std::string> & values, const std::string & separator) {
    std::string joined;
    for (size_t i = 0; i < values.size(); ++i) {
        joined += (i > 0 ? separator : "") + values[i];
    }
    return joined;
}

std::vector<std::string> string_split(const std::string & str, const std::string & delimiter) {
    std::vector<std::string> parts(1);
    for (size_t i = 0; i < str.size();) {
        if (str.compare(i, delimiter.size(), delimiter) == 0) {
            parts.emplace_back();
            i += delimiter.size();
        } else {
            parts.back() += str[i++];
        }
    }
    return parts;
}

std::string string_repeat(const std::string & str, size_t n) {
    std::string repeated;
    while (n-- > 0) {
        repeated += str;
    }
    return repeated;
}

void string_replace_all(std::string & s, const std::string & search, const std::string & replace) {
    for (size_t i = 0; !search.empty() && (i = s.find(search, i)) != std::string::npos; i += replace.size()) {
        s.replace(i, search.size(), replace);
    }
}

std::string common_token_to_piece(const llama_vocab * vocab, llama_token token, bool special) {
    std::string piece(64, '\0');
    int32_t n = llama_token_to_piece(vocab, token, piece.data(), static_cast<int32_t>(piece.size()), 0, special);
    if (n < 0) {
        piece.resize(-n);
        n = llama_token_to_piece(vocab, token, piece.data(), -n, 0, special);
    }
    piece.resize(n);
    return piece;
}

std::vector<llama_token> common_tokenize(const llama_vocab * vocab, const std::string & text, bool add_special,
                                         bool parse_special) {
    std::vector<llama_token> tokens(text.size() + 2);
    const int32_t n = llama_tokenize(vocab, text.data(), static_cast<int32_t>(text.size()), tokens.data(),
                                     static_cast<int32_t>(tokens.size()), add_special, parse_special);
    tokens.resize(n < 0 ? 0 : n);
    return tokens;
}

// Errors go where llama.cpp's own log goes; what is less holds texts of chats.

int common_log_get_verbosity_thold() { return LOG_LEVEL_ERROR; }

common_log * common_log_main() { return nullptr; }

void common_log_add(common_log *, ggml_log_level level, const char * format, ...) {
    char line[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    ggml_log_callback log = nullptr;
    void * data = nullptr;
    llama_log_get(&log, &data);
    if (log) {
        log(level, line, data);
    }
}
