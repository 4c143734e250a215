// One sampler each: llama.cpp's own, kept from what makes them loop, abort or compute NaN.
#include "samplers.h"

#include <algorithm>
#include <vector>

namespace pan {
namespace {

// The windows of the penalties and of DRY are allocated at once.
constexpr int32_t max_window = 1 << 24;

constexpr int32_t max_breakers = 64;
constexpr int32_t max_breaker_bytes = 40;  // llama.cpp cuts longer ones
constexpr int32_t max_piece_bytes = 512;   // what llama.cpp's infill sampler has room for
constexpr int32_t max_infill = 1000;       // it compares each candidate with each

float finite(const char * name, float value) {
    PAN_CHECK(std::isfinite(value), "%s = %g is not finite", name, value);
    return value;
}

float within(const char * name, float value, float low, float high) {
    PAN_CHECK(value >= low && value <= high, "%s = %g is not in %g..%g", name, value, low, high);
    return value;
}

// Logits divided by less would overflow. At zero and below the likeliest token is left.
float checked_temperature(float temperature) {
    PAN_CHECK(finite("temperature", temperature) <= 0 || temperature >= 1e-30f, "temperature = %g is too small",
              temperature);
    return temperature;
}

llama_sampler * in_order(std::initializer_list<llama_sampler *> samplers) {
    llama_sampler * chain = llama_sampler_chain_init({.no_perf = true});
    for (llama_sampler * sampler : samplers) {
        llama_sampler_chain_add(chain, sampler);
    }
    return chain;
}

template <void (*apply)(llama_sampler *, llama_token_data_array *)> llama_sampler * stateless() {
    static llama_sampler_i type = [] {
        llama_sampler_i only_applies{};
        only_applies.name = [](const llama_sampler *) { return "panallama"; };
        only_applies.apply = apply;
        return only_applies;
    }();
    return llama_sampler_init(&type, nullptr);
}

// Drops what has no chance: samplers that compute p * log p or a ratio of two p make NaN of p = 0. 80 below the best is
// a probability of 1e-35, which a float still holds after it was divided by the sum of a vocabulary.
void drop_hopeless(llama_sampler *, llama_token_data_array * candidates) {
    llama_token_data * const begin = candidates->data;
    llama_token_data * const end = begin + candidates->size;
    float best = -INFINITY;
    for (llama_token_data * c = begin; c < end; ++c) {
        best = std::max(best, c->logit);
    }
    if (!std::isfinite(best)) {
        throw Failure(PAN_E_EXCEPTION, "a logit overflowed");
    }
    candidates->size = std::remove_if(begin, end, [&](const auto & c) { return !(c.logit >= best - 80); }) - begin;
}

llama_sampler * without_hopeless(llama_sampler * sampler) {
    return in_order({stateless<drop_hopeless>(), sampler});
}

// ---- samplers of llama.cpp with something to do afterwards ----

struct Wrapped {
    OwnedSampler sampler;
    llama_token end = LLAMA_TOKEN_NULL;  // what infill puts in place of all candidates when none is good
};

template <void (*apply)(const Wrapped &, llama_token_data_array &)> llama_sampler * wrap(Wrapped wrapped) {
    static llama_sampler_i type = [] {
        llama_sampler_i wrapping{};
        wrapping.name = [](const llama_sampler *) { return "panallama"; };
        wrapping.apply = [](llama_sampler * self, llama_token_data_array * candidates) {
            apply(*static_cast<const Wrapped *>(self->ctx), *candidates);
        };
        wrapping.free = [](llama_sampler * self) { delete static_cast<Wrapped *>(self->ctx); };
        return wrapping;
    }();
    return llama_sampler_init(&type, new Wrapped(std::move(wrapped)));
}

// A dynamic temperature close to zero may overflow the logits, which it has sorted: the first one is left, as at zero.
void apply_dynamic(const Wrapped & dynamic, llama_token_data_array & candidates) {
    llama_sampler_apply(dynamic.sampler.get(), &candidates);
    if (candidates.sorted && !std::isfinite(candidates.data[0].logit)) {
        candidates.data[0].logit = 0;
        candidates.size = 1;
    }
}

// A forbidden end stays so.
void apply_infill(const Wrapped & infill, llama_token_data_array & candidates) {
    const auto all = [&] { return std::span(candidates.data, candidates.size); };
    const auto is_end = [&](const llama_token_data & c) { return c.id == infill.end; };
    const bool forbidden =
        std::ranges::any_of(all(), [&](const auto & c) { return is_end(c) && c.logit == -INFINITY; });
    llama_sampler_apply(infill.sampler.get(), &candidates);
    if (forbidden) {
        for (llama_token_data & c : all()) {
            c.logit = is_end(c) ? -INFINITY : c.logit;
        }
    }
}

llama_sampler * new_infill(const llama_vocab * vocab) {
    const llama_token eot = llama_vocab_eot(vocab);
    const llama_token end = eot != LLAMA_TOKEN_NULL ? eot : llama_vocab_eos(vocab);
    PAN_CHECK(end != LLAMA_TOKEN_NULL, "the model has no token that ends a text");
    char piece[max_piece_bytes];
    for (llama_token token = 0; token < llama_vocab_n_tokens(vocab); ++token) {
        PAN_CHECK(llama_token_to_piece(vocab, token, piece, sizeof(piece), 0, false) >= 0,
                  "the text of token %d is longer than %d bytes", token, max_piece_bytes);
    }
    OwnedSampler samplers(in_order({stateless<drop_hopeless>(), llama_sampler_init_top_k(max_infill),
                                    llama_sampler_init_infill(vocab)}));
    return wrap<apply_infill>({std::move(samplers), end});
}

// ---- samplers that can be asked what they do, so that few candidates are enough for them ----

struct Known {
    OwnedSampler sampler;
    size_t k = 0;                        // of top_k
    std::vector<llama_token> biased = {};  // by a bias
};

// One type for each, by which it is known again.
template <int which> llama_sampler_i & known_type() {
    static llama_sampler_i type = [] {
        llama_sampler_i known{};
        known.name = [](const llama_sampler * self) {
            return llama_sampler_name(static_cast<const Known *>(self->ctx)->sampler.get());
        };
        known.apply = [](llama_sampler * self, llama_token_data_array * candidates) {
            llama_sampler_apply(static_cast<Known *>(self->ctx)->sampler.get(), candidates);
        };
        known.free = [](llama_sampler * self) { delete static_cast<Known *>(self->ctx); };
        return known;
    }();
    return type;
}

llama_sampler_i & top_k_type() { return known_type<0>(); }
llama_sampler_i & bias_type() { return known_type<1>(); }

// ---- DRY ----

std::vector<std::string> breakers_of(const char * texts, const int32_t * sizes, int32_t n) {
    check_range("n_breakers", n, 0, max_breakers);
    PAN_CHECK(n == 0 || (texts && sizes), "breakers or breaker_bytes is NULL");
    std::vector<std::string> breakers;
    for (int32_t i = 0; i < n; ++i) {
        check_range("the size of a breaker", sizes[i], 1, max_breaker_bytes);
        breakers.emplace_back(texts, sizes[i]);
        PAN_CHECK(breakers.back().find('\0') == std::string::npos, "breaker %d holds a zero byte", i);
        texts += sizes[i];
    }
    return breakers;
}

}  // namespace

size_t best_kept(const llama_sampler * sampler) {
    if (sampler->iface == &top_k_type()) {
        return static_cast<const Known *>(sampler->ctx)->k;
    }
    return is_named(sampler, "greedy") ? 1 : 0;
}

const std::vector<llama_token> * biased(const llama_sampler * sampler) {
    return sampler->iface == &bias_type() ? &static_cast<const Known *>(sampler->ctx)->biased : nullptr;
}

}  // namespace pan

int32_t pan_sampler_bias(int32_t n_vocab, const llama_logit_bias * biases, int32_t n, llama_sampler ** out) {
    return pan::create_sampler(out, [&] {
        PAN_CHECK(n >= 0 && (n == 0 || biases), "biases is NULL or n = %d negative", n);
        for (int32_t i = 0; i < n; ++i) {
            PAN_CHECK(biases[i].token >= 0 && biases[i].token < n_vocab, "token %d is not in 0..%d", biases[i].token,
                      n_vocab - 1);
            PAN_CHECK(!std::isnan(biases[i].bias) && biases[i].bias != INFINITY, "the bias of token %d is %f",
                      biases[i].token, biases[i].bias);
        }
        pan::Known bias{pan::OwnedSampler(llama_sampler_init_logit_bias(n_vocab, n, biases))};
        std::transform(biases, biases + n, std::back_inserter(bias.biased), [](const auto & b) { return b.token; });
        return llama_sampler_init(&pan::bias_type(), new pan::Known(std::move(bias)));
    });
}

int32_t pan_sampler_penalties(int32_t n_vocab, int32_t last_n, float repeat, float frequency, float presence,
                              llama_sampler ** out) {
    return pan::create_sampler(out, [&] {
        pan::check_range("last_n", last_n, 0, pan::max_window);
        PAN_CHECK(std::isfinite(repeat) && repeat > 0, "repeat = %f is not positive", repeat);
        return llama_sampler_init_penalties(n_vocab, last_n, repeat, pan::finite("frequency", frequency),
                                            pan::finite("presence", presence));
    });
}

int32_t pan_sampler_top_k(int32_t k, llama_sampler ** out) {
    return pan::create_sampler(out, [&] {
        return llama_sampler_init(&pan::top_k_type(),
                                  new pan::Known{pan::OwnedSampler(llama_sampler_init_top_k(k)),
                                                 static_cast<size_t>(std::max(k, 0))});
    });
}

int32_t pan_sampler_typical_p(float p, llama_sampler ** out) {
    return pan::create_sampler(
        out, [&] { return pan::without_hopeless(llama_sampler_init_typical(pan::finite("p", p), 1)); });
}

int32_t pan_sampler_top_p(float p, llama_sampler ** out) {
    return pan::create_sampler(out, [&] { return llama_sampler_init_top_p(pan::finite("p", p), 1); });
}

int32_t pan_sampler_min_p(float p, llama_sampler ** out) {
    return pan::create_sampler(out, [&] { return llama_sampler_init_min_p(pan::finite("p", p), 1); });
}

int32_t pan_sampler_top_n_sigma(float n, llama_sampler ** out) {
    return pan::create_sampler(out, [&] { return llama_sampler_init_top_n_sigma(pan::finite("n", n)); });
}

int32_t pan_sampler_xtc(float probability, float threshold, uint32_t seed, llama_sampler ** out) {
    return pan::create_sampler(out, [&] {
        pan::within("probability", probability, 0, 1);
        pan::within("threshold", threshold, 0, 1);
        return pan::without_hopeless(llama_sampler_init_xtc(probability, threshold, 1, seed));
    });
}

int32_t pan_sampler_temperature(float temperature, llama_sampler ** out) {
    return pan::create_sampler(out, [&] { return llama_sampler_init_temp(pan::checked_temperature(temperature)); });
}

int32_t pan_sampler_dynamic_temperature(float temperature, float range, float exponent, llama_sampler ** out) {
    return pan::create_sampler(out, [&] {
        pan::within("temperature", pan::checked_temperature(temperature), 0, 1e30f);
        pan::within("range", range, 0, 1e30f);
        pan::within("exponent", exponent, 0, 1e30f);
        pan::OwnedSampler sampler(llama_sampler_init_temp_ext(temperature, range, exponent));
        return range > 0 ? pan::wrap<pan::apply_dynamic>({std::move(sampler)}) : sampler.release();
    });
}

int32_t pan_sampler_dry(const llama_model * model, float multiplier, float base, int32_t allowed_length, int32_t last_n,
                        const char * breakers, const int32_t * breaker_bytes, int32_t n_breakers,
                        llama_sampler ** out) {
    return pan::create_sampler(out, [&] {
        const llama_vocab * vocab = pan::vocabulary(model);
        pan::within("multiplier", multiplier, 0, 1e30f);
        pan::within("base", base, 1, 1e30f);
        pan::check_range("allowed_length", allowed_length, 0, pan::max_window);
        pan::check_range("last_n", last_n, 0, pan::max_window);
        const auto texts = pan::breakers_of(breakers, breaker_bytes, n_breakers);
        std::vector<const char *> pointers;
        for (const std::string & text : texts) {
            pointers.push_back(text.c_str());
        }
        return llama_sampler_init_dry(vocab, multiplier, base, allowed_length, last_n, pointers.data(),
                                      pointers.size());
    });
}

int32_t pan_sampler_infill(const llama_model * model, llama_sampler ** out) {
    return pan::create_sampler(out, [&] { return pan::new_infill(pan::vocabulary(model)); });
}

int32_t pan_sampler_greedy(llama_sampler ** out) {
    return pan::create_sampler(out, [] { return llama_sampler_init_greedy(); });
}

int32_t pan_sampler_draw(uint32_t seed, llama_sampler ** out) {
    return pan::create_sampler(out, [&] { return llama_sampler_init_dist(seed); });
}

int32_t pan_sampler_mirostat(int32_t n_vocab, uint32_t seed, float tau, float eta, int32_t m, llama_sampler ** out) {
    return pan::create_sampler(out, [&] {
        pan::check_range("n_vocab", n_vocab, 2, INT32_MAX);
        pan::check_range("m", m, 2, INT32_MAX);  // it divides by a sum over m - 1 pairs
        pan::within("tau", tau, 0, 1000);
        pan::within("eta", eta, 0, 1000);
        return pan::without_hopeless(llama_sampler_init_mirostat(n_vocab, seed, tau, eta, m));
    });
}

int32_t pan_sampler_mirostat_v2(uint32_t seed, float tau, float eta, llama_sampler ** out) {
    return pan::create_sampler(out, [&] {
        pan::within("tau", tau, 0, 1000);
        pan::within("eta", eta, 0, 1000);
        return pan::without_hopeless(llama_sampler_init_mirostat_v2(seed, tau, eta));
    });
}

int32_t pan_sampler_adaptive_p(float target, float decay, uint32_t seed, llama_sampler ** out) {
    return pan::create_sampler(out, [&] {
        pan::within("target", target, -1, 1);  // below zero it only draws
        pan::within("decay", decay, 0, 0.99f);
        return llama_sampler_init_adaptive_p(target, decay, seed);
    });
}

int32_t pan_sampler_free(llama_sampler * sampler) {
    return pan::guard([&] {
        llama_sampler_free(sampler);
        return PAN_OK;
    });
}
