// What llama.cpp loads but cannot evaluate: ggml aborts, or calls a function that it does not have, in the midst of a
// decode, on a worker thread, where nothing can be caught. Fuzzing found them.
#include "llama-model.h"

#include "shim.h"

namespace pan {
namespace {

[[noreturn]] void damaged(const std::string & why) { throw Failure(PAN_E_NULL, "the file cannot be used: " + why); }

void check_numbers(const llama_model * model) {
    const std::string architecture = metadata(model, "general.architecture");
    for (const char * name : {"layer_norm_epsilon", "layer_norm_rms_epsilon", "group_norm_epsilon"}) {
        const std::string key = architecture + ".attention." + name;
        const std::string value = metadata(model, key.c_str());
        if (value.starts_with('-') || value.starts_with("nan")) {  // -1e-9 is "-0.000000"
            damaged(text("%s is %s", key.c_str(), value.c_str()));
        }
    }
}

// Is multiplied with activations: these formats have a product. Q8_1 and Q8_K are those of activations.
bool is_weight(ggml_type type) {
    return type == GGML_TYPE_F32 || type == GGML_TYPE_F16 || type == GGML_TYPE_BF16 ||
           (ggml_is_quantized(type) && type != GGML_TYPE_Q8_1 && type != GGML_TYPE_Q8_K);
}

// Is added or multiplied element by element, which no tool writes in another format.
bool is_vector(const std::string & name, const ggml_tensor * tensor) {
    return ggml_n_dims(tensor) == 1 && (name.ends_with("norm.weight") || name.ends_with(".bias"));
}

void check_tensors(const llama_model * model) {
    for (const auto & [name, tensor] : llama_internal_get_tensor_map(model)) {
        const bool fits = is_vector(name, tensor) ? tensor->type == GGML_TYPE_F32
                                                  : is_weight(tensor->type) || tensor->type == GGML_TYPE_I32;  // ids
        if (!fits) {
            damaged(text("the tensor %s is in the format %s", name.c_str(), ggml_type_name(tensor->type)));
        }
    }
}

}  // namespace

void check_model(const llama_model * model) {
    check_numbers(model);
    check_tensors(model);
}

}  // namespace pan
