#include "support.h"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <random>

#include "ggml-backend.h"
#include "gguf.h"

namespace test {

const std::vector<std::string> & pieces() {
    static const std::vector<std::string> all = {
        "\u2581", "e", "t", "a", "o", "i", "n", "s", "h", "r", "d", "l", "u", "c", "m", "f", "w", "y", "g", "p", "b",
        "v", "k", "x", "j", "q", "z", ".", ",", "<", ">", "|", "_", "\n", "\u2581t", "he", "\u2581the", "\u2581a", "in",
        "er", "re", "on", "\u2581s", "an", "nd", "\u2581and", "ou", "ing"};
    return all;
}

int vocabulary_size(const ModelSpec & spec) {
    return first_piece + static_cast<int>(pieces().size() + spec.extra_control.size() + spec.extra_defined.size());
}

namespace {

void write_vocabulary(gguf_context * file, const ModelSpec & spec) {
    std::vector<std::string> texts = {"<unk>", "<s>", "</s>"};
    std::vector<int32_t> types = {2, 3, 3};
    std::vector<float> scores = {0, 0, 0};
    for (int i = 0; i < 256; ++i) {
        char text[8];
        snprintf(text, sizeof(text), "<0x%02X>", i);
        texts.push_back(text);
        types.push_back(6);
        scores.push_back(0);
    }
    for (const std::string & piece : pieces()) {
        texts.push_back(piece);
        types.push_back(1);
        scores.push_back(-static_cast<float>(scores.size()));
    }
    for (const std::string & text : spec.extra_control) {
        texts.push_back(text);
        types.push_back(3);
        scores.push_back(0);
    }
    for (const std::string & text : spec.extra_defined) {
        texts.push_back(text);
        types.push_back(4);
        scores.push_back(0);
    }
    std::vector<const char *> pointers;
    for (const std::string & text : texts) {
        pointers.push_back(text.c_str());
    }
    gguf_set_val_str(file, "tokenizer.ggml.model", "llama");
    gguf_set_arr_str(file, "tokenizer.ggml.tokens", pointers.data(), pointers.size());
    gguf_set_arr_data(file, "tokenizer.ggml.scores", GGUF_TYPE_FLOAT32, scores.data(), scores.size());
    gguf_set_arr_data(file, "tokenizer.ggml.token_type", GGUF_TYPE_INT32, types.data(), types.size());
    gguf_set_val_u32(file, "tokenizer.ggml.bos_token_id", 1);
    gguf_set_val_u32(file, "tokenizer.ggml.eos_token_id", 2);
    gguf_set_val_u32(file, "tokenizer.ggml.unknown_token_id", 0);
    gguf_set_val_bool(file, "tokenizer.ggml.add_bos_token", spec.add_bos);
    gguf_set_val_bool(file, "tokenizer.ggml.add_space_prefix", false);
    if (!spec.chat_template.empty()) {
        gguf_set_val_str(file, "tokenizer.chat_template", spec.chat_template.c_str());
    }
}

void write_sizes(gguf_context * file, const ModelSpec & spec) {
    gguf_set_val_str(file, "general.architecture", "llama");
    gguf_set_val_str(file, "general.name", "tiny");
    gguf_set_val_u32(file, "llama.context_length", spec.n_ctx);
    gguf_set_val_u32(file, "llama.embedding_length", spec.n_embd);
    gguf_set_val_u32(file, "llama.block_count", spec.n_layer);
    gguf_set_val_u32(file, "llama.feed_forward_length", spec.n_ff);
    gguf_set_val_u32(file, "llama.attention.head_count", spec.n_head);
    gguf_set_val_f32(file, "llama.attention.layer_norm_rms_epsilon", spec.norm_epsilon);
    if (!spec.rope_scaling.empty()) {
        gguf_set_val_str(file, "llama.rope.scaling.type", spec.rope_scaling.c_str());
    }
}

class TensorWriter {
  public:
    TensorWriter(gguf_context * file, const ModelSpec & spec) : file(file), spec(spec) {
        context.reset(ggml_init({.mem_size = 64 << 20, .mem_buffer = nullptr, .no_alloc = false}));
    }

    void matrix(const std::string & name, int64_t ne0, int64_t ne1, float scale) {
        std::vector<float> data(ne0 * ne1);
        for (float & x : data) {
            x = scale * normal(random);
        }
        if (spec.change) {
            spec.change(name, data, ne0, ne1);
        }
        ggml_tensor * tensor = ggml_new_tensor_2d(context.get(), spec.type, ne0, ne1);
        if (spec.type == GGML_TYPE_F32) {
            std::copy(data.begin(), data.end(), static_cast<float *>(tensor->data));
        } else {
            ggml_quantize_chunk(spec.type, data.data(), tensor->data, 0, ne1, ne0, nullptr);
        }
        add(tensor, name);
    }

    void ones(const std::string & name, int64_t n) {
        ggml_tensor * tensor = ggml_new_tensor_1d(context.get(), spec.norm_type, n);
        const std::vector<float> data(n, 1.0f);
        if (spec.norm_type == GGML_TYPE_F32) {
            std::copy(data.begin(), data.end(), static_cast<float *>(tensor->data));
        } else {
            ggml_quantize_chunk(spec.norm_type, data.data(), tensor->data, 0, 1, n, nullptr);
        }
        add(tensor, name);
    }

  private:
    gguf_context * file;
    const ModelSpec & spec;
    std::unique_ptr<ggml_context, decltype(&ggml_free)> context{nullptr, ggml_free};
    std::mt19937 random{1};
    std::normal_distribution<float> normal;

    void add(ggml_tensor * tensor, const std::string & name) {
        ggml_set_name(tensor, name.c_str());
        gguf_add_tensor(file, tensor);
    }
};

}  // namespace

std::string write_model(const std::string & name, const ModelSpec & spec) {
    const std::unique_ptr<gguf_context, decltype(&gguf_free)> file(gguf_init_empty(), gguf_free);
    write_sizes(file.get(), spec);
    write_vocabulary(file.get(), spec);
    TensorWriter tensors(file.get(), spec);
    const int n_vocab = vocabulary_size(spec), n_embd = spec.n_embd;
    tensors.matrix("token_embd.weight", n_embd, n_vocab, 1.0f);
    tensors.ones("output_norm.weight", n_embd);
    tensors.matrix("output.weight", n_embd, n_vocab, 0.05f);
    for (int i = 0; i < spec.n_layer; ++i) {
        const std::string block = "blk." + std::to_string(i) + ".";
        tensors.ones(block + "attn_norm.weight", n_embd);
        for (const char * matrix : {"attn_q", "attn_k", "attn_v", "attn_output"}) {
            tensors.matrix(block + matrix + ".weight", n_embd, n_embd, 0.05f);
        }
        tensors.ones(block + "ffn_norm.weight", n_embd);
        tensors.matrix(block + "ffn_gate.weight", n_embd, spec.n_ff, 0.05f);
        tensors.matrix(block + "ffn_up.weight", n_embd, spec.n_ff, 0.05f);
        tensors.matrix(block + "ffn_down.weight", spec.n_ff, n_embd, 0.05f);
    }
    // Each test may be a process of its own, and they run at once.
    static const std::string folder = [] {
        std::string pattern = (std::filesystem::temp_directory_path() / "pan-tests-XXXXXX").string();
        return std::string(mkdtemp(pattern.data()));
    }();
    static const struct Remover {
        ~Remover() { std::filesystem::remove_all(folder); }
    } remover;
    const std::string path = folder + "/" + name + ".gguf";
    EXPECT_TRUE(gguf_write_to_file(file.get(), path.c_str(), false));
    return path;
}

// The blocks add nothing and the embedding is the identity, so only the output matrix counts; the factor undoes the RMS
// norm of a one-hot row.
std::string write_bigram(const std::string & name, const Table & table) {
    ModelSpec spec;
    spec.n_embd = 320;
    spec.n_ff = 32;
    spec.n_layer = 1;
    const float factor = std::sqrt(spec.n_embd / (1 + 1e-5f * spec.n_embd));
    spec.change = [&](const std::string & tensor, std::vector<float> & data, int64_t ne0, int64_t ne1) {
        if (tensor.ends_with("attn_output.weight") || tensor.ends_with("ffn_down.weight")) {
            std::fill(data.begin(), data.end(), 0.0f);
        } else if (tensor == "token_embd.weight" || tensor == "output.weight") {
            const bool is_output = tensor == "output.weight";
            for (int64_t row = 0; row < ne1; ++row) {
                for (int64_t column = 0; column < ne0; ++column) {
                    const bool in_table = column < static_cast<int64_t>(table.size());
                    data[row * ne0 + column] =
                        is_output ? (in_table ? table[column][row] / factor : 0.0f) : float(row == column);
                }
            }
        }
    };
    return write_model(name, spec);
}

Table random_table(unsigned seed) {
    const int n = vocabulary_size({});
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(0, 1.5f);
    Table table(n, std::vector<float>(n));
    for (auto & row : table) {
        for (float & x : row) {
            x = normal(random);
        }
    }
    return table;
}

void start() {
    static const bool started = [] {
        EXPECT_EQ(pan_init(1 << 16), PAN_OK);
        const char * modules = getenv("PAN_TEST_MODULES");
        if (modules && *modules) {  // the CPU module with the best score, as the Java side picks it
            std::pair<int, std::string> best;
            for (const auto & entry : std::filesystem::directory_iterator(modules)) {
                if (entry.path().filename().string().starts_with("libggml-cpu-")) {
                    best = std::max(best, {pan_backend_score(entry.path().c_str()), entry.path().string()});
                }
            }
            EXPECT_EQ(pan_backend_load(best.second.c_str()), PAN_OK) << last_error();
        }
        EXPECT_GE(pan_start(), 1) << last_error();
        return true;
    }();
    (void) started;
}

std::string last_error() { return pan_last_error(); }

Model load(const std::string & path, bool vocab_only) {
    start();
    llama_model_params params;
    pan_model_defaults(&params);
    params.vocab_only = vocab_only;
    llama_model * model = nullptr;
    EXPECT_EQ(pan_model_load(path.c_str(), &params, nullptr, nullptr, &model), PAN_OK) << last_error();
    return {model, pan_model_free};
}

llama_context_params small_context() {
    llama_context_params params;
    pan_context_defaults(&params);
    params.n_ctx = 256;
    params.n_batch = params.n_ubatch = 64;
    params.n_threads = params.n_threads_batch = 1;
    params.type_k = params.type_v = GGML_TYPE_F32;
    return params;
}

Context context(llama_model * model, const llama_context_params & params, const int32_t * flag) {
    pan_context * made = nullptr;
    EXPECT_EQ(pan_context_new(model, &params, flag, &made), PAN_OK) << last_error();
    return {made, pan_context_free};
}

int32_t decode(pan_context * context, const std::vector<int32_t> & tokens, int32_t pos, int32_t seq) {
    std::vector<int32_t> positions, sequences(tokens.size(), seq);
    std::vector<int8_t> outputs(tokens.size(), 1);
    for (size_t i = 0; i < tokens.size(); ++i) {
        positions.push_back(pos + static_cast<int32_t>(i));
    }
    return pan_decode(context, static_cast<int32_t>(tokens.size()), tokens.data(), positions.data(), sequences.data(),
                      outputs.data());
}

namespace {

int32_t answer(pan_context * context, pan_row & row) {
    const int32_t status = pan_rows_answer(context, &row, 1);
    return status != PAN_OK ? status : row.status;
}

}  // namespace

int32_t sample(pan_context * context, llama_sampler * chain, int32_t row, int32_t * token) {
    pan_row asked{};
    asked.row = row;
    asked.top_n = -1;
    asked.chain = chain;
    const int32_t status = answer(context, asked);
    if (status == PAN_OK) {
        *token = asked.token;
    }
    return status;
}

int32_t logprobs(pan_context * context, int32_t row, int32_t target, int32_t top_n, float * target_logprob,
                 int32_t * target_rank, int32_t * ids, float * logprobs) {
    pan_row asked{};
    asked.row = row;
    asked.top_n = top_n;
    asked.token = target;
    asked.ids = ids;
    asked.logprobs = logprobs;
    const int32_t status = answer(context, asked);
    if (status == PAN_OK && target >= 0) {
        *target_logprob = asked.logprob;
        *target_rank = asked.rank;
    }
    return status == PAN_OK ? top_n : status;
}

std::vector<float> logits(pan_context * context, int32_t row, int32_t n_vocab) {
    std::vector<float> buffer(n_vocab);
    EXPECT_EQ(pan_logits(context, row, buffer.data(), n_vocab), n_vocab) << last_error();
    return buffer;
}

std::vector<int32_t> tokenize(const llama_model * model, const std::string & text, bool add_special,
                              bool parse_special) {
    std::vector<int32_t> tokens(text.size() + 2);
    const int32_t n = pan_tokenize(model, text.data(), static_cast<int32_t>(text.size()), add_special, parse_special,
                                   tokens.data(), static_cast<int32_t>(tokens.size()), nullptr);
    EXPECT_GE(n, 0) << last_error();
    tokens.resize(std::max(n, 0));
    return tokens;
}

std::vector<int32_t> tokenize_parts(const llama_model * model, const std::vector<Part> & parts) {
    std::string all;
    std::vector<int32_t> sizes;
    std::vector<int8_t> special;
    for (const Part & part : parts) {
        all += part.text;
        sizes.push_back(static_cast<int32_t>(part.text.size()));
        special.push_back(part.special);
    }
    std::vector<int32_t> tokens(all.size() + 2);
    const int32_t n = pan_tokenize_parts(model, all.data(), sizes.data(), special.data(),
                                         static_cast<int32_t>(parts.size()), tokens.data(),
                                         static_cast<int32_t>(tokens.size()), nullptr);
    EXPECT_GE(n, 0) << last_error();
    tokens.resize(std::max(n, 0));
    return tokens;
}

}  // namespace test
