// Loading models and adapters, and what is known about them.
#include <memory>
#include <unordered_map>

#include "shim.h"

namespace pan {

std::mutex & model_lock() {
    static auto * lock = new std::mutex;
    return *lock;
}

std::string metadata(const llama_model * model, const char * key) {
    std::string value(255, 0);
    int32_t n = llama_model_meta_val_str(model, key, value.data(), value.size() + 1);
    if (n > static_cast<int32_t>(value.size())) {
        value.resize(n);
        n = llama_model_meta_val_str(model, key, value.data(), value.size() + 1);
    }
    value.resize(n > 0 ? n : 0);
    return value;
}

namespace {

// llama.cpp does not check that an adapter fits the context it is set on. Guarded by model_lock.
auto & adapters() {
    static auto * known = new std::unordered_map<const llama_adapter_lora *, const llama_model *>;
    return *known;
}

struct Loading {
    const int32_t * cancel;
    float * progress;
    bool cancelled = false;

    static bool on_progress(float progress, void * data) {
        auto & self = *static_cast<Loading *>(data);
        if (self.progress) {
            __atomic_store(self.progress, &progress, __ATOMIC_RELAXED);
        }
        self.cancelled = self.cancel && __atomic_load_n(self.cancel, __ATOMIC_RELAXED) != 0;
        return !self.cancelled;
    }
};

std::string describe(const llama_model * model) {
    char buffer[256];
    llama_model_desc(model, buffer, sizeof(buffer));
    return buffer;
}

std::string text_of(const llama_model * model, int32_t what) {
    switch (what) {
        case PAN_TEXT_DESCRIPTION: return describe(model);
        case PAN_TEXT_ARCHITECTURE: return metadata(model, "general.architecture");
        case PAN_TEXT_NAME: return metadata(model, "general.name");
        case PAN_TEXT_CHAT_TEMPLATE: {
            const char * source = llama_model_chat_template(model, nullptr);
            return source ? source : "";
        }
        default: throw Failure(PAN_E_ARG, text("no such text of a model: %d", what));
    }
}

void check(const llama_model_params & p) {
    check_range("split_mode", number_in(p.split_mode), LLAMA_SPLIT_MODE_NONE, LLAMA_SPLIT_MODE_TENSOR);
    check_range("load_mode", number_in(p.load_mode), LLAMA_LOAD_MODE_AUTO, LLAMA_LOAD_MODE_DIRECT_IO);
    check_range("lazy_mode", number_in(p.lazy_mode), LLAMA_LAZY_MODE_OFF, LLAMA_LAZY_MODE_ON);
}

}  // namespace

void check_adapter(const llama_adapter_lora * adapter, const llama_model * model) {
    std::lock_guard hold(model_lock());
    const auto found = adapters().find(adapter);
    PAN_CHECK(found != adapters().end() && found->second == model,
              "the adapter does not belong to the context's model");
}

}  // namespace pan

int32_t pan_model_defaults(llama_model_params * out) {
    return pan::guard([&] {
        PAN_NOT_NULL(out);
        *out = llama_model_default_params();
        return PAN_OK;
    });
}

int32_t pan_model_load(const char * path, const llama_model_params * params, const int32_t * cancel, float * progress,
                       llama_model ** out) {
    return pan::guard([&] {
        PAN_NOT_NULL(path);
        PAN_NOT_NULL(params);
        PAN_NOT_NULL(out);
        pan::check(*params);
        *out = nullptr;
        pan::Loading loading{cancel, progress};
        llama_model_params ours = *params;
        ours.progress_callback = pan::Loading::on_progress;
        ours.progress_callback_user_data = &loading;
        std::lock_guard hold(pan::model_lock());
        llama_model * model = llama_model_load_from_file(path, ours);
        if (!model && loading.cancelled) {
            throw pan::Failure(PAN_E_CANCELLED, "loading was cancelled");
        }
        if (!model) {
            pan::fail_with_log("the model cannot be loaded");
        }
        std::unique_ptr<llama_model, decltype(&llama_model_free)> loaded(model, llama_model_free);
        pan::check_model(model);
        *out = loaded.release();
        return PAN_OK;
    });
}

int32_t pan_model_free(llama_model * model) {
    return pan::guard([&] {
        std::lock_guard hold(pan::model_lock());
        std::erase_if(pan::adapters(), [&](const auto & entry) { return entry.second == model; });
        pan::forget_vocabulary(model);
        llama_model_free(model);
        return PAN_OK;
    });
}

int32_t pan_model_facts_get(const llama_model * model, pan_model_facts * out) {
    return pan::guard([&] {
        PAN_NOT_NULL(model);
        PAN_NOT_NULL(out);
        const llama_vocab * vocab = llama_model_get_vocab(model);
        const bool has_layers = llama_model_n_layer(model) > 0;  // not so when only the vocabulary was loaded
        *out = {
            .n_params = static_cast<int64_t>(llama_model_n_params(model)),
            .n_bytes = static_cast<int64_t>(llama_model_size(model)),
            .n_vocab = llama_vocab_n_tokens(vocab),
            .n_ctx_train = llama_model_n_ctx_train(model),
            .n_embd = llama_model_n_embd(model),
            .n_layer = llama_model_n_layer(model),
            .n_head = has_layers ? llama_model_n_head(model) : 0,
            .n_head_kv = has_layers ? llama_model_n_head_kv(model) : 0,
            .vocab_type = llama_vocab_type(vocab),
            .token_bos = llama_vocab_bos(vocab),
            .token_eos = llama_vocab_eos(vocab),
            .token_eot = llama_vocab_eot(vocab),
            .token_fim_prefix = llama_vocab_fim_pre(vocab),
            .token_fim_suffix = llama_vocab_fim_suf(vocab),
            .token_fim_middle = llama_vocab_fim_mid(vocab),
            .add_bos = llama_vocab_get_add_bos(vocab),
            .add_eos = llama_vocab_get_add_eos(vocab),
            .has_encoder = llama_model_has_encoder(model),
            .has_decoder = llama_model_has_decoder(model),
            .is_recurrent = llama_model_is_recurrent(model) || llama_model_is_hybrid(model),
        };
        return PAN_OK;
    });
}

int32_t pan_model_text_get(const llama_model * model, int32_t what, char * buffer, int32_t cap, int32_t * needed) {
    return pan::guard([&] {
        PAN_NOT_NULL(model);
        return pan::deliver(pan::text_of(model, what), buffer, cap, needed);
    });
}

int32_t pan_lora_load(llama_model * model, const char * path, llama_adapter_lora ** out) {
    return pan::guard([&] {
        PAN_NOT_NULL(model);
        PAN_NOT_NULL(path);
        PAN_NOT_NULL(out);
        *out = nullptr;
        std::lock_guard hold(pan::model_lock());
        llama_adapter_lora * adapter = llama_adapter_lora_init(model, path);
        if (!adapter) {
            pan::fail_with_log("the adapter cannot be loaded");
        }
        pan::adapters()[adapter] = model;
        *out = adapter;
        return PAN_OK;
    });
}
