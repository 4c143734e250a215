// Text to tokens and back.
#include <algorithm>
#include <cctype>
#include <memory>
#include <unordered_map>
#include <vector>

#include "specials.h"

namespace pan {

const llama_vocab * vocabulary(const llama_model * model) {
    PAN_NOT_NULL(model);
    const llama_vocab * vocab = llama_model_get_vocab(model);
    PAN_CHECK(llama_vocab_type(vocab) != LLAMA_VOCAB_TYPE_NONE, "the model has no vocabulary");
    return vocab;
}

namespace {

void check_token(const llama_vocab * vocab, int32_t token) {
    const int32_t n = llama_vocab_n_tokens(vocab);
    PAN_CHECK(token >= 0 && token < n, "token %d is not in 0..%d", token, n - 1);
}

void check_text(const char * text, int32_t n_bytes) {
    PAN_CHECK(n_bytes >= 0, "n_bytes is negative: %d", n_bytes);
    PAN_CHECK(text != nullptr || n_bytes == 0, "text is NULL");
}

// Calls a function of llama.cpp that fills a buffer and returns minus the needed size when it is too small.
template <class T, class F> std::vector<T> filled(size_t guess, F fill) {
    std::vector<T> buffer(std::max<size_t>(guess, 16));
    int32_t n = fill(buffer.data(), static_cast<int32_t>(buffer.size()));
    PAN_CHECK(n != INT32_MIN, "the text is too long");
    if (n < 0) {
        buffer.resize(-n);
        n = fill(buffer.data(), -n);
    }
    buffer.resize(std::max(n, 0));
    return buffer;
}

std::vector<int32_t> tokenize(const llama_vocab * vocab, std::string_view text, bool add_special, bool parse_special) {
    const char * data = text.empty() ? "" : text.data();
    return filled<int32_t>(text.size() + 2, [&](int32_t * tokens, int32_t cap) {
        return llama_tokenize(vocab, data, static_cast<int32_t>(text.size()), tokens, cap, add_special, parse_special);
    });
}

struct Special {
    int32_t token;
    std::string text;
    llama_token_attr attr;
};
using Specials = std::vector<Special>;

// The tokens that llama.cpp looks for before it tokenizes: the longest text first, as it does.
std::shared_ptr<const Specials> find_specials(const llama_vocab * vocab) {
    constexpr int kinds = LLAMA_TOKEN_ATTR_CONTROL | LLAMA_TOKEN_ATTR_USER_DEFINED | LLAMA_TOKEN_ATTR_UNKNOWN;
    auto found = std::make_shared<Specials>();
    for (int32_t token = 0; token < llama_vocab_n_tokens(vocab); ++token) {
        const llama_token_attr attr = llama_vocab_get_attr(vocab, token);
        if (attr & kinds) {
            found->push_back({token, llama_vocab_get_text(vocab, token), attr});
        }
    }
    std::erase_if(*found, [](const Special & special) { return special.text.empty(); });
    std::stable_sort(found->begin(), found->end(),
                     [](const auto & a, const auto & b) { return a.text.size() > b.text.size(); });
    return found;
}

std::mutex & cache_lock() {
    static auto * lock = new std::mutex;
    return *lock;
}

auto & cache() {
    static auto * specials = new std::unordered_map<const llama_model *, std::shared_ptr<const Specials>>;
    return *specials;
}

std::shared_ptr<const Specials> specials_of(const llama_model * model) {
    std::lock_guard hold(cache_lock());
    auto & entry = cache()[model];
    if (!entry) {
        entry = find_specials(vocabulary(model));
    }
    return entry;
}

// A piece of the text: a token that was found in it, or a run still to be tokenized (token = -1).
struct Fragment {
    size_t begin, end;
    int32_t token = -1;
};

// Where control tokens may be: the borders of the parts and which part each byte's border belongs to.
class Parts {
  public:
    Parts(const int32_t * n_bytes, const int8_t * special, int32_t n_parts) {
        size_t end = 0;
        for (int32_t i = 0; i < n_parts; ++i) {
            PAN_CHECK(n_bytes[i] >= 0, "n_bytes[%d] is negative: %d", i, n_bytes[i]);
            end += n_bytes[i];
            ends.push_back(end);
            allowed.push_back(special[i] != 0);
        }
        PAN_CHECK(end <= INT32_MAX, "the text is too long: %zu bytes", end);
    }

    size_t size() const { return ends.empty() ? 0 : ends.back(); }

    // Is [begin, end) one whole part, and one whose control tokens do not count?
    bool is_plain(size_t begin, size_t end) const {
        const size_t part = std::upper_bound(ends.begin(), ends.end(), begin) - ends.begin();
        return !allowed[part] && end == ends[part] && begin == (part > 0 ? ends[part - 1] : 0);
    }

    // Does [begin, end) lie in one part, and in one whose control tokens count?
    bool allow(size_t begin, size_t end) const {
        const size_t part = std::upper_bound(ends.begin(), ends.end(), begin) - ends.begin();
        return allowed[part] && end <= ends[part];
    }

  private:
    std::vector<size_t> ends;
    std::vector<bool> allowed;
};

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Splits the runs among `fragments` at every occurrence of one special token, stripping the space that it swallows.
std::vector<Fragment> split(const std::vector<Fragment> & fragments, std::string_view text, const Special & special,
                            const Parts & parts) {
    // User-defined tokens are words of their own in any text, except those that are control tokens in all but name.
    const bool is_user_defined = !(special.attr & (LLAMA_TOKEN_ATTR_CONTROL | LLAMA_TOKEN_ATTR_UNKNOWN));
    const bool anywhere = is_user_defined && !(special.text.starts_with("<|") && special.text.ends_with("|>"));
    std::vector<Fragment> result;
    for (Fragment rest : fragments) {
        size_t from = rest.begin;
        while (rest.token < 0) {
            const size_t match = text.substr(0, rest.end).find(special.text, from);
            if (match == std::string_view::npos) {
                break;
            }
            const size_t after = match + special.text.size();
            if (anywhere ? parts.is_plain(match, after) : !parts.allow(match, after)) {
                from = match + 1;
                if (is_user_defined) {  // llama.cpp would find it in the run: cut the run inside it
                    result.push_back({rest.begin, from});
                    rest.begin = from;
                }
                continue;
            }
            size_t left = match;
            while (special.attr & LLAMA_TOKEN_ATTR_LSTRIP && left > rest.begin && is_space(text[left - 1])) {
                --left;
            }
            if (left > rest.begin) {
                result.push_back({rest.begin, left});
            }
            result.push_back({match, after, special.token});
            rest.begin = after;
            while (special.attr & LLAMA_TOKEN_ATTR_RSTRIP && rest.begin < rest.end && is_space(text[rest.begin])) {
                ++rest.begin;
            }
            from = rest.begin;
        }
        if (rest.token >= 0 || rest.begin < rest.end) {
            result.push_back(rest);
        }
    }
    return result;
}

std::vector<int32_t> tokenize_parts(const llama_model * model, std::string_view text, const Parts & parts) {
    const llama_vocab * vocab = vocabulary(model);
    std::vector<Fragment> fragments;
    if (!text.empty()) {
        fragments.push_back({0, text.size()});
    }
    const auto specials = specials_of(model);
    for (const Special & special : *specials) {
        if (text.find(special.text) != std::string_view::npos) {
            fragments = split(fragments, text, special, parts);
        }
    }
    std::vector<int32_t> tokens;
    for (const Fragment & fragment : fragments) {
        if (fragment.token >= 0) {
            tokens.push_back(fragment.token);
        } else {
            const auto run = tokenize(vocab, text.substr(fragment.begin, fragment.end - fragment.begin), false, false);
            tokens.insert(tokens.end(), run.begin(), run.end());
        }
    }
    const int32_t bos = llama_vocab_bos(vocab);
    if (llama_vocab_get_add_bos(vocab) && bos >= 0 && (tokens.empty() || tokens.front() != bos)) {
        tokens.insert(tokens.begin(), bos);
    }
    return tokens;
}

}  // namespace

std::vector<std::string> special_texts(const llama_model * model) {
    std::vector<std::string> texts;
    const auto specials = specials_of(model);
    for (const Special & special : *specials) {
        const bool is_user_defined = !(special.attr & (LLAMA_TOKEN_ATTR_CONTROL | LLAMA_TOKEN_ATTR_UNKNOWN));
        const auto is_mark = [](unsigned char c) { return std::ispunct(c); };
        if (!is_user_defined || (special.text.size() >= 3 && std::ranges::any_of(special.text, is_mark))) {
            texts.push_back(special.text);
        }
    }
    return texts;
}

void forget_vocabulary(const llama_model * model) {
    std::lock_guard hold(cache_lock());
    cache().erase(model);
}

}  // namespace pan

int32_t pan_tokenize(const llama_model * model, const char * text, int32_t n_bytes, bool add_special,
                     bool parse_special, int32_t * tokens, int32_t cap, int32_t * needed) {
    return pan::guard([&] {
        const llama_vocab * vocab = pan::vocabulary(model);
        pan::check_text(text, n_bytes);
        const std::string_view all(text, static_cast<size_t>(n_bytes));
        const auto found = pan::tokenize(vocab, all, add_special, parse_special);
        return pan::deliver<int32_t>(found, tokens, cap, needed);
    });
}

int32_t pan_tokenize_parts(const llama_model * model, const char * text, const int32_t * n_bytes,
                           const int8_t * special, int32_t n_parts, int32_t * tokens, int32_t cap, int32_t * needed) {
    return pan::guard([&] {
        PAN_CHECK(n_parts >= 0, "n_parts is negative: %d", n_parts);
        PAN_CHECK(n_parts == 0 || (n_bytes && special), "n_bytes or special is NULL");
        const pan::Parts parts(n_bytes, special, n_parts);
        PAN_CHECK(text != nullptr || parts.size() == 0, "text is NULL");
        const auto found = pan::tokenize_parts(model, {text, parts.size()}, parts);
        return pan::deliver<int32_t>(found, tokens, cap, needed);
    });
}

int32_t pan_piece(const llama_model * model, int32_t token, bool special, char * buffer, int32_t cap,
                  int32_t * needed) {
    return pan::guard([&] {
        const llama_vocab * vocab = pan::vocabulary(model);
        pan::check_token(vocab, token);
        const auto piece = pan::filled<char>(64, [&](char * out, int32_t size) {
            return llama_token_to_piece(vocab, token, out, size, 0, special);
        });
        return pan::deliver<char>(piece, buffer, cap, needed);
    });
}

int32_t pan_token_flags(const llama_model * model, int32_t token) {
    return pan::guard([&] {
        const llama_vocab * vocab = pan::vocabulary(model);
        pan::check_token(vocab, token);
        const bool is_byte = llama_vocab_get_attr(vocab, token) & LLAMA_TOKEN_ATTR_BYTE;
        return (llama_vocab_is_eog(vocab, token) ? PAN_TOKEN_EOG : 0) |
               (llama_vocab_is_control(vocab, token) ? PAN_TOKEN_CONTROL : 0) | (is_byte ? PAN_TOKEN_BYTE : 0);
    });
}
