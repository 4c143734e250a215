// Tiny models, written here, and the shim wrapped for tests.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "ggml.h"
#include "panallama.h"

namespace test {

// A llama-architecture model to be written: change what a test needs, then write it.
struct ModelSpec {
    int n_embd = 64, n_head = 4, n_ff = 128, n_layer = 2, n_ctx = 256;
    ggml_type type = GGML_TYPE_F32;                 // of the matrices
    ggml_type norm_type = GGML_TYPE_F32;
    std::vector<std::string> extra_control;         // appended to the vocabulary, with the text of control tokens
    std::vector<std::string> extra_defined;         // then these, as user-defined tokens
    bool add_bos = true;
    std::string chat_template;
    float norm_epsilon = 1e-5f;
    std::string rope_scaling;                       // an unknown one makes llama.cpp abort
    std::function<void(const std::string & name, std::vector<float> & data, int64_t ne0, int64_t ne1)> change;
};

// The vocabulary of all test models: <unk> <s> </s>, 256 bytes, then these pieces, then extra_control.
const std::vector<std::string> & pieces();
inline constexpr int first_piece = 3 + 256;
int vocabulary_size(const ModelSpec & spec);

// Writes a model with random weights into the test's folder and returns its path.
std::string write_model(const std::string & name, const ModelSpec & spec);

// A model whose logits after token `cur` are table[cur][next] exactly, whatever came before.
using Table = std::vector<std::vector<float>>;
std::string write_bigram(const std::string & name, const Table & table);
Table random_table(unsigned seed);

// Puts a number into an enum field that has no such value, as a foreign caller can.
template <class E> void put(E & field, int32_t number) { std::memcpy(&field, &number, sizeof(field)); }

// Starts the shim once for the process.
void start();

std::string last_error();

using Model = std::unique_ptr<llama_model, decltype(&pan_model_free)>;
Model load(const std::string & path, bool vocab_only = false);

using Context = std::unique_ptr<pan_context, decltype(&pan_context_free)>;
llama_context_params small_context();
Context context(llama_model * model, const llama_context_params & params = small_context(),
                const int32_t * flag = nullptr);

// Decodes tokens of one sequence from a position on, with all rows kept.
int32_t decode(pan_context * context, const std::vector<int32_t> & tokens, int32_t pos = 0, int32_t seq = 0);

// Of one row: a token chosen with a chain, or log-probabilities, as pan_logprobs_of gives them.
int32_t sample(pan_context * context, llama_sampler * chain, int32_t row, int32_t * token);
int32_t logprobs(pan_context * context, int32_t row, int32_t target, int32_t top_n, float * target_logprob,
                 int32_t * target_rank, int32_t * ids, float * logprobs);

std::vector<float> logits(pan_context * context, int32_t row, int32_t n_vocab);
std::vector<int32_t> tokenize(const llama_model * model, const std::string & text, bool add_special, bool parse_special);

struct Part {
    std::string text;
    bool special;
};
std::vector<int32_t> tokenize_parts(const llama_model * model, const std::vector<Part> & parts);

}  // namespace test
