// KV cache and decoding.
#include "context.h"

#include <algorithm>
#include <memory>

namespace pan {
namespace {

// Other types make llama.cpp abort, divide by zero or read past their end.
constexpr ggml_type cache_types[] = {GGML_TYPE_F32,  GGML_TYPE_F16,  GGML_TYPE_BF16, GGML_TYPE_Q8_0,  GGML_TYPE_Q5_1,
                                     GGML_TYPE_Q5_0, GGML_TYPE_Q4_1, GGML_TYPE_Q4_0, GGML_TYPE_IQ4_NL};

void check_cache_type(const char * which, int32_t type) {
    PAN_CHECK(std::find(std::begin(cache_types), std::end(cache_types), type) != std::end(cache_types),
              "%s = %d is no type for a KV cache", which, type);
}

void check(const llama_context_params & p) {
    check_range("n_ctx", p.n_ctx, 1, INT32_MAX);
    check_range("n_seq_max", p.n_seq_max, 1, static_cast<int64_t>(llama_max_parallel_sequences()));
    check_range("n_batch", p.n_batch, p.n_seq_max, INT32_MAX);
    check_range("n_ubatch", p.n_ubatch, 1, p.n_batch);
    if (p.n_outputs_max != 0) {
        check_range("n_outputs_max", p.n_outputs_max, p.n_seq_max, INT32_MAX);
    }
    check_range("n_threads", p.n_threads, 1, 512);
    check_range("n_threads_batch", p.n_threads_batch, 1, 512);
    check_range("ctx_type", number_in(p.ctx_type), LLAMA_CONTEXT_TYPE_DEFAULT, LLAMA_CONTEXT_TYPE_DEFAULT);
    check_range("rope_scaling_type", number_in(p.rope_scaling_type), LLAMA_ROPE_SCALING_TYPE_UNSPECIFIED,
                LLAMA_ROPE_SCALING_TYPE_MAX_VALUE);
    check_range("pooling_type", number_in(p.pooling_type), LLAMA_POOLING_TYPE_UNSPECIFIED, LLAMA_POOLING_TYPE_NONE);
    check_range("attention_type", number_in(p.attention_type), LLAMA_ATTENTION_TYPE_UNSPECIFIED,
                LLAMA_ATTENTION_TYPE_CAUSAL);
    check_range("flash_attn_type", number_in(p.flash_attn_type), LLAMA_FLASH_ATTN_TYPE_AUTO,
                LLAMA_FLASH_ATTN_TYPE_ENABLED);
    check_cache_type("type_k", number_in(p.type_k));
    check_cache_type("type_v", number_in(p.type_v));
    PAN_CHECK(!p.embeddings, "contexts for embeddings are not supported");
}

void check(const llama_model * model) {
    PAN_NOT_NULL(model);
    PAN_CHECK(llama_model_n_layer(model) > 0, "only the vocabulary of this model was loaded");
    PAN_CHECK(!llama_model_has_encoder(model) && llama_model_has_decoder(model),
              "this model has an encoder: it does not complete text");
    PAN_CHECK(!llama_model_is_diffusion(model), "this is a diffusion model: it does not complete text");
}

// Polled after every graph node. A flag that another thread sets, never a call into the JVM.
bool is_set(void * flag) { return __atomic_load_n(static_cast<const int32_t *>(flag), __ATOMIC_RELAXED) != 0; }

// llama.cpp pads n_ctx and clamps the batch after it was asked: only what it says afterwards counts.
pan_context_sizes real_sizes(llama_context * context, const llama_context_params & asked) {
    pan_context_sizes sizes{
        .n_ctx = static_cast<int32_t>(llama_n_ctx(context)),
        .n_ctx_seq = static_cast<int32_t>(llama_n_ctx_seq(context)),
        .n_batch = static_cast<int32_t>(llama_n_batch(context)),
        .n_ubatch = static_cast<int32_t>(llama_n_ubatch(context)),
        .n_seq_max = static_cast<int32_t>(llama_n_seq_max(context)),
        .n_outputs_max = 0,
        .n_threads = llama_n_threads(context),
        .n_threads_batch = llama_n_threads_batch(context),
    };
    const uint32_t outputs = asked.n_outputs_max == 0 ? sizes.n_batch : asked.n_outputs_max;
    sizes.n_outputs_max = std::min<int32_t>(outputs, sizes.n_batch);
    return sizes;
}

void check_sequence(const pan_context * context, int32_t seq) {
    check_range("sequence", seq, 0, context->sizes.n_seq_max - 1);
}

// After a decode that did not succeed llama.cpp may have kept some of the batch.
void reread_lengths(pan_context * context) {
    const auto memory = llama_get_memory(context->llama);
    for (size_t seq = 0; seq < context->lengths.size(); ++seq) {
        context->lengths[seq] = llama_memory_seq_pos_max(memory, static_cast<int32_t>(seq)) + 1;
    }
}

// Fills context->next with each sequence's length after the batch.
void check_batch(pan_context * context, int32_t n, const int32_t * tokens, const int32_t * pos, const int32_t * seq,
                 const int8_t * outputs) {
    PAN_NOT_NULL(tokens);
    PAN_NOT_NULL(pos);
    PAN_NOT_NULL(seq);
    PAN_NOT_NULL(outputs);
    check_range("n", n, 1, context->sizes.n_batch);
    context->next = context->lengths;
    int32_t n_outputs = 0;
    for (int32_t i = 0; i < n; ++i) {
        PAN_CHECK(tokens[i] >= 0 && tokens[i] < context->n_vocab, "token %d at index %d is not in 0..%d", tokens[i], i,
                  context->n_vocab - 1);
        PAN_CHECK(seq[i] >= 0 && seq[i] < context->sizes.n_seq_max, "sequence %d at index %d is not in 0..%d", seq[i],
                  i, context->sizes.n_seq_max - 1);
        int32_t & length = context->next[seq[i]];
        PAN_CHECK(pos[i] == length, "position %d at index %d does not continue sequence %d, which has %d", pos[i], i,
                  seq[i], length);
        ++length;
        n_outputs += outputs[i] != 0;
    }
    check_range("the number of outputs", n_outputs, 0, context->sizes.n_outputs_max);
}

int32_t decode(pan_context * context, int32_t n, const int32_t * tokens, const int32_t * pos, const int32_t * seq,
               const int8_t * outputs) {
    std::copy_n(seq, n, context->sequences.begin());
    const llama_batch batch{
        .n_tokens = n,
        .token = const_cast<int32_t *>(tokens),  // read only
        .embd = nullptr,
        .pos = const_cast<int32_t *>(pos),
        .n_seq_id = context->one_each.data(),
        .seq_id = context->sequence_lists.data(),
        .logits = const_cast<int8_t *>(outputs),
    };
    context->rows.clear();
    context->poisoned = true;  // should anything be thrown half-way
    const int32_t code = llama_decode(context->llama, batch);
    context->poisoned = code < -1;  // a failed computation or allocation: what is left is unknown
    if (code == 0) {
        context->lengths.swap(context->next);
        context->rows.assign(outputs, outputs + n);
        return 0;
    }
    reread_lengths(context);
    if (code < 0) {
        fail_with_log(text("decoding failed with code %d", code).c_str());
    }
    return code;
}

}  // namespace
}  // namespace pan

int32_t pan_context_defaults(llama_context_params * out) {
    return pan::guard([&] {
        PAN_NOT_NULL(out);
        *out = llama_context_default_params();
        return PAN_OK;
    });
}

int32_t pan_context_new(llama_model * model, const llama_context_params * params, const int32_t * abort_flag,
                        pan_context ** out) {
    return pan::guard([&] {
        PAN_NOT_NULL(params);
        PAN_NOT_NULL(out);
        *out = nullptr;
        pan::check(model);
        pan::check(*params);
        llama_context_params ours = *params;
        ours.abort_callback = abort_flag ? pan::is_set : nullptr;
        ours.abort_callback_data = const_cast<int32_t *>(abort_flag);
        ours.cb_eval = nullptr;
        ours.samplers = nullptr;
        ours.n_samplers = 0;
        ours.ctx_other = nullptr;

        auto context = std::make_unique<pan_context>();
        {
            std::lock_guard hold(pan::model_lock());  // some rope scalings write to the model
            context->llama = llama_init_from_model(model, ours);
        }
        if (!context->llama) {
            pan::fail_with_log("the context cannot be created");
        }
        PAN_CHECK(llama_get_memory(context->llama), "this model keeps no context: it does not complete text");
        context->model = model;
        context->sizes = pan::real_sizes(context->llama, ours);
        context->n_vocab = llama_vocab_n_tokens(llama_model_get_vocab(model));
        context->n_swa = llama_model_n_swa(model);
        context->lengths.resize(context->sizes.n_seq_max);
        context->scratch.resize(context->sizes.n_threads);
        context->one_each.assign(context->sizes.n_batch, 1);
        context->sequences.resize(context->sizes.n_batch);
        for (int32_t & seq : context->sequences) {
            context->sequence_lists.push_back(&seq);
        }
        *out = context.release();
        return PAN_OK;
    });
}

int32_t pan_context_free(pan_context * context) {
    return pan::guard([&] {
        delete context;
        return PAN_OK;
    });
}

int32_t pan_context_sizes_get(const pan_context * context, pan_context_sizes * out) {
    return pan::guard([&] {
        PAN_NOT_NULL(context);
        PAN_NOT_NULL(out);
        *out = context->sizes;
        return PAN_OK;
    });
}

int32_t pan_lora_set(pan_context * context, llama_adapter_lora ** adapters, const float * scales, int32_t n) {
    return pan::guard_context(context, [&] {
        PAN_CHECK(n >= 0, "n is negative: %d", n);
        PAN_CHECK(n == 0 || (adapters && scales), "adapters or scales is NULL");
        for (int32_t i = 0; i < n; ++i) {
            pan::check_adapter(adapters[i], context->model);
        }
        if (llama_set_adapters_lora(context->llama, adapters, n, const_cast<float *>(scales)) != 0) {
            pan::fail_with_log("the adapters cannot be set");
        }
        return PAN_OK;
    });
}

int32_t pan_decode(pan_context * context, int32_t n, const int32_t * tokens, const int32_t * pos, const int32_t * seq,
                   const int8_t * outputs) {
    return pan::guard_context(context, [&] {
        pan::check_batch(context, n, tokens, pos, seq, outputs);
        return pan::decode(context, n, tokens, pos, seq, outputs);
    });
}

int32_t pan_seq_length(const pan_context * context, int32_t seq) {
    return pan::guard([&] {
        PAN_NOT_NULL(context);
        pan::check_sequence(context, seq);
        return context->lengths[seq];
    });
}

int32_t pan_seq_copy(pan_context * context, int32_t from, int32_t to) {
    return pan::guard_context(context, [&] {
        pan::check_sequence(context, from);
        pan::check_sequence(context, to);
        PAN_CHECK(from != to, "sequence %d is to be copied to itself", from);
        if (llama_model_is_recurrent(context->model) || llama_model_is_hybrid(context->model)) {
            return 0;
        }
        llama_memory_seq_cp(llama_get_memory(context->llama), from, to, -1, -1);
        context->lengths[to] = context->lengths[from];
        return 1;
    });
}

int32_t pan_seq_truncate(pan_context * context, int32_t seq, int32_t length) {
    return pan::guard_context(context, [&] {
        pan::check_sequence(context, seq);
        pan::check_range("length", length, 0, context->lengths[seq]);
        if (length == context->lengths[seq]) {
            return 1;
        }
        const auto memory = llama_get_memory(context->llama);
        // A sliding window forgets: what the next token would look at may be gone already.
        if (length > 0 && context->n_swa > 0 &&
            llama_memory_seq_pos_min(memory, seq) > std::max(0, length - context->n_swa)) {
            return 0;
        }
        if (!llama_memory_seq_rm(memory, seq, length, -1)) {
            return 0;
        }
        context->lengths[seq] = llama_memory_seq_pos_max(memory, seq) + 1;
        return 1;
    });
}
