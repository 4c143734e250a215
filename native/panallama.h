// The guard shim: the only functions that panallama's Java code calls in llama.cpp's process.
//
// Nothing that llama.cpp throws or asserts on the calling thread leaves these functions as anything but a status and a
// message. What cannot be caught (a real SIGSEGV, a stack overflow, an assert on a worker thread) is prevented by
// validation, here and again in Java.
//
// Conventions
//   status     int32_t: >= 0 success (a domain value where the comment says so), negative a pan_status.
//   message    pan_last_error(): UTF-8, thread-local, valid until the next pan_* call on that thread.
//   handles    returned through a pointer to a pointer, freed by the function of the same section. Freeing NULL is fine.
//   text       UTF-8 with an explicit length in bytes, never relying on a terminating NUL, unless it says "C string".
//   buffers    a function that fills a buffer of `cap` elements returns the number of elements; when the buffer is too
//              small it returns PAN_E_SIZE and has put the needed number in *needed.
//   pointers   no function keeps a caller's pointer after it returns, unless the comment says so.
//   threads    a pan_context and the samplers used with it belong to one thread at a time; a model may be shared by all
//              threads for the functions that take it const.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "llama.h"

#ifdef __cplusplus
extern "C" {
#endif

#if defined(_WIN32)
#define PAN_API __declspec(dllexport)
#else
#define PAN_API __attribute__((visibility("default")))
#endif

// Grows by one with every change of this header that an older caller would misread. Java refuses any other value.
#define PAN_ABI 4

typedef enum pan_status {
    PAN_OK = 0,
    PAN_E_ABORT = -100,      // a GGML_ASSERT or GGML_ABORT was caught: the object it happened in is poisoned
    PAN_E_EXCEPTION = -101,  // a C++ exception was caught
    PAN_E_UNKNOWN = -102,    // something was thrown that is not a std::exception
    PAN_E_NOMEM = -103,      // std::bad_alloc
    PAN_E_ARG = -104,        // the shim's own validation refused the arguments: nothing was executed
    PAN_E_NULL = -105,       // llama.cpp returned NULL or false; the message holds its last error line
    PAN_E_SIZE = -106,       // the buffer is too small: *needed says what is needed
    PAN_E_CANCELLED = -107,  // the caller's cancel flag stopped it
    PAN_E_POISONED = -108,   // the context had a PAN_E_ABORT, or pan_decode an exception: it can only be freed
} pan_status;

// ---- library.cpp: version, sizes, errors -------------------------------------------------------------------------

PAN_API int32_t pan_abi_version(void);

// What was built: C string, one `key=value` per line: llama.cpp (version), tree, preset, compiler, flags, amx
// (used | without | absent | cross), backends (static | modules).
PAN_API const char * pan_build_info(void);

typedef enum pan_struct {
    PAN_STRUCT_MODEL_PARAMS = 0,    // llama_model_params
    PAN_STRUCT_CONTEXT_PARAMS = 1,  // llama_context_params
    PAN_STRUCT_LOGIT_BIAS = 2,      // llama_logit_bias
    PAN_STRUCT_MODEL_FACTS = 3,     // pan_model_facts
    PAN_STRUCT_CONTEXT_SIZES = 4,   // pan_context_sizes
    PAN_STRUCT_DEVICE = 5,          // pan_device
    PAN_STRUCT_TOKEN_DATA = 6,      // llama_token_data
    PAN_STRUCT_TOKEN_ARRAY = 7,     // llama_token_data_array
} pan_struct;

// sizeof a struct that crosses the boundary, to be compared with the generated layout; PAN_E_ARG for another number.
PAN_API int32_t pan_sizeof(int32_t what);

// Why the last pan_* call on this thread failed; "" when it did not.
PAN_API const char * pan_last_error(void);

// Frees text that a function returned through a `char **`.
PAN_API void pan_free(void * pointer);

// ---- process.cpp: once per process: abort handler, log ring, backends, devices -------------------------------------

// Installs the abort handler and the log ring (a fixed buffer of log_ring_bytes, the oldest records are overwritten).
// Call it once, before any other function; a second call returns PAN_OK and does nothing.
PAN_API int32_t pan_init(int32_t log_ring_bytes);

// Loads one backend module by its full path (builds with modules only). PAN_E_NULL when it does not fit this machine.
PAN_API int32_t pan_backend_load(const char * path);

// The score by which llama.cpp chooses among CPU modules: 0 = cannot run here. PAN_E_NULL when the file is no module.
PAN_API int32_t pan_backend_score(const char * path);

// Initialises llama.cpp; to be called after the backends are loaded. Returns the number of devices, PAN_E_NULL if none.
PAN_API int32_t pan_start(void);

typedef struct pan_device {
    const char * name;         // llama.cpp's own, as the description
    const char * description;
    int32_t kind;           // ggml_backend_dev_type: 0 CPU, 1 GPU, 2 integrated GPU, 3 accelerator
    int32_t reserved;
    int64_t memory_free;    // bytes
    int64_t memory_total;   // bytes
} pan_device;

PAN_API int32_t pan_device_at(int32_t index, struct pan_device * out);

// Moves log records out of the ring: each is one byte level (ggml_log_level), four bytes length (little endian), text.
// Returns the number of bytes written; 0 when the ring is empty. A record is never split.
PAN_API int32_t pan_log_drain(char * buffer, int32_t cap);

// ---- model.cpp ----------------------------------------------------------------------------------------------------

PAN_API int32_t pan_model_defaults(struct llama_model_params * out);

// Loads a model. `cancel` (nullable): loading stops soon after it becomes non-zero. `progress` (nullable): 0..1, written
// while loading. Both may be touched by other threads meanwhile. Loads and frees are serialised by the shim.
PAN_API int32_t pan_model_load(const char * path, const struct llama_model_params * params, const int32_t * cancel,
                               float * progress, struct llama_model ** out);
PAN_API int32_t pan_model_free(struct llama_model * model);

typedef struct pan_model_facts {
    int64_t n_params;
    int64_t n_bytes;         // of the tensors
    int32_t n_vocab;
    int32_t n_ctx_train;
    int32_t n_embd;
    int32_t n_layer;
    int32_t n_head;
    int32_t n_head_kv;
    int32_t vocab_type;      // llama_vocab_type
    int32_t token_bos;       // -1 = none, as for the other tokens
    int32_t token_eos;
    int32_t token_eot;
    int32_t token_fim_prefix;  // fill-in-the-middle: what stands before the prefix, the suffix and the middle
    int32_t token_fim_suffix;
    int32_t token_fim_middle;
    int32_t add_bos;         // 0 or 1
    int32_t add_eos;
    int32_t has_encoder;
    int32_t has_decoder;
    int32_t is_recurrent;    // state that cannot be cut at a position: recurrent or hybrid
} pan_model_facts;

PAN_API int32_t pan_model_facts_get(const struct llama_model * model, struct pan_model_facts * out);

typedef enum pan_model_text {
    PAN_TEXT_DESCRIPTION = 0,    // such as "llama 135M Q4_1"
    PAN_TEXT_ARCHITECTURE = 1,   // general.architecture
    PAN_TEXT_CHAT_TEMPLATE = 2,  // the Jinja source; 0 bytes when the model has none
    PAN_TEXT_NAME = 3,           // general.name
} pan_model_text;

PAN_API int32_t pan_model_text_get(const struct llama_model * model, int32_t what, char * buffer, int32_t cap,
                                   int32_t * needed);

// A LoRA adapter belongs to its model and is freed with it.
PAN_API int32_t pan_lora_load(struct llama_model * model, const char * path, struct llama_adapter_lora ** out);

// ---- vocabulary.cpp: text to tokens and back ----------------------------------------------------------------------

// Tokenizes UTF-8. add_special adds what the model wants around a text (BOS, EOS); parse_special reads the text of
// control tokens as those tokens. Returns the number of tokens. Needs a big stack for some vocabularies.
PAN_API int32_t pan_tokenize(const struct llama_model * model, const char * text, int32_t n_bytes, bool add_special,
                             bool parse_special, int32_t * tokens, int32_t cap, int32_t * needed);

// Tokenizes parts that together are one text (a rendered chat prompt): `text` holds them one after another, n_bytes[i]
// bytes each. Control tokens are recognised in the parts with special[i] != 0 only, never in the others nor across a
// border; everything between two control tokens is tokenized as one run, so a prompt without forged control tokens
// gives the very tokens of the whole text. BOS is added if the model wants one and the text does not begin with it.
PAN_API int32_t pan_tokenize_parts(const struct llama_model * model, const char * text, const int32_t * n_bytes,
                                   const int8_t * special, int32_t n_parts, int32_t * tokens, int32_t cap,
                                   int32_t * needed);

// The bytes of one token (perhaps part of a character). special: control tokens give their text instead of nothing.
PAN_API int32_t pan_piece(const struct llama_model * model, int32_t token, bool special, char * buffer, int32_t cap,
                          int32_t * needed);

typedef enum pan_token_flag {
    PAN_TOKEN_EOG = 1,      // ends a generation
    PAN_TOKEN_CONTROL = 2,
    PAN_TOKEN_BYTE = 4,
} pan_token_flag;

// Returns a union of pan_token_flag.
PAN_API int32_t pan_token_flags(const struct llama_model * model, int32_t token);

// ---- context.cpp: KV cache and decoding ---------------------------------------------------------------------------

typedef struct pan_context pan_context;

PAN_API int32_t pan_context_defaults(struct llama_context_params * out);

// Creates a context; K and V types, enums and sizes are checked. `abort_flag` (nullable) is kept until the context is
// freed: while it is non-zero, decoding stops at the next graph node with code 2. Any thread may set it.
PAN_API int32_t pan_context_new(struct llama_model * model, const struct llama_context_params * params,
                                const int32_t * abort_flag, pan_context ** out);
PAN_API int32_t pan_context_free(pan_context * context);

typedef struct pan_context_sizes {
    int32_t n_ctx;        // all sequences together
    int32_t n_ctx_seq;    // one sequence
    int32_t n_batch;
    int32_t n_ubatch;
    int32_t n_seq_max;
    int32_t n_outputs_max;
    int32_t n_threads;
    int32_t n_threads_batch;
} pan_context_sizes;

// What was really created: llama.cpp pads and clamps what it is asked for.
PAN_API int32_t pan_context_sizes_get(const pan_context * context, struct pan_context_sizes * out);

// Applies adapters to all further decoding (n = 0 removes them). They must belong to the context's model.
PAN_API int32_t pan_lora_set(pan_context * context, struct llama_adapter_lora ** adapters, const float * scales,
                             int32_t n);

// Evaluates n tokens, token i at position pos[i] of sequence seq[i]; outputs[i] != 0 keeps its row of logits.
// Validated first: sizes, ids, sequences, positions that continue their sequence without a gap.
// Returns 0, or 1: no room in the KV cache (nothing changed), 2: stopped by the abort flag (ask pan_seq_length what is
// left of each sequence), or a pan_status. After anything but 0 there are no rows.
PAN_API int32_t pan_decode(pan_context * context, int32_t n, const int32_t * tokens, const int32_t * pos,
                           const int32_t * seq, const int8_t * outputs);

// The number of positions that a sequence holds.
PAN_API int32_t pan_seq_length(const pan_context * context, int32_t seq);

// Makes sequence `to` a copy of `from`, whatever it was. Returns 1, or 0 when this kind of model cannot (nothing changed).
// The whole part of the cache is copied, when the next tokens are evaluated: this pays for hundreds of tokens, not for few.
PAN_API int32_t pan_seq_copy(pan_context * context, int32_t from, int32_t to);

// Cuts a sequence to its first `length` positions. Returns 1, or 0 when this kind of model cannot (nothing changed).
PAN_API int32_t pan_seq_truncate(pan_context * context, int32_t seq, int32_t length);

// ---- logits.cpp: rows of the last decode, read where they lie -------------------------------------------------------
// `row` is the index that the token had in the last pan_decode call; its outputs[row] must have been set.

// Copies the raw logits of a row; cap must be at least the vocabulary's size. Returns that size.
PAN_API int32_t pan_logits(pan_context * context, int32_t row, float * buffer, int32_t cap);

// Natural-log probabilities of the own distribution of a row that the caller holds, n_vocab raw logits: of `target` (-1 =
// none) with its rank (1 = likeliest; ties go to the lower id), and of the top_n likeliest tokens in descending order
// (ties: lower id first). Bounded selection, never a sort of the vocabulary. Returns the number of tokens written.
// PAN_E_EXCEPTION when the row holds a NaN. Belongs to no context; any thread may call it.
PAN_API int32_t pan_logprobs_of(const float * logits, int32_t n_vocab, int32_t target, int32_t top_n,
                                float * target_logprob, int32_t * target_rank, int32_t * ids, float * logprobs);

// ---- samplers.cpp: one sampler each, llama.cpp's own -----------------------------------------------------------------
// Freed by pan_sampler_free or by the chain it was given to. Arguments that would give NaN, loop or abort are refused.

PAN_API int32_t pan_sampler_bias(int32_t n_vocab, const struct llama_logit_bias * biases, int32_t n,
                                 struct llama_sampler ** out);
PAN_API int32_t pan_sampler_penalties(int32_t n_vocab, int32_t last_n, float repeat, float frequency, float presence,
                                      struct llama_sampler ** out);
PAN_API int32_t pan_sampler_top_k(int32_t k, struct llama_sampler ** out);
PAN_API int32_t pan_sampler_typical_p(float p, struct llama_sampler ** out);
PAN_API int32_t pan_sampler_top_p(float p, struct llama_sampler ** out);
PAN_API int32_t pan_sampler_min_p(float p, struct llama_sampler ** out);
PAN_API int32_t pan_sampler_top_n_sigma(float n, struct llama_sampler ** out);
PAN_API int32_t pan_sampler_xtc(float probability, float threshold, uint32_t seed, struct llama_sampler ** out);
PAN_API int32_t pan_sampler_temperature(float temperature, struct llama_sampler ** out);

// Entropy decides between temperature - range and temperature + range (llama.cpp's temp_ext).
PAN_API int32_t pan_sampler_dynamic_temperature(float temperature, float range, float exponent,
                                                struct llama_sampler ** out);

// DRY. `breakers` holds n_breakers texts one after another, breaker_bytes[i] bytes each. last_n: how many tokens are
// looked at, at most what a context can hold. The model is only read during the call.
PAN_API int32_t pan_sampler_dry(const struct llama_model * model, float multiplier, float base, int32_t allowed_length,
                                int32_t last_n, const char * breakers, const int32_t * breaker_bytes,
                                int32_t n_breakers, struct llama_sampler ** out);

// Keeps only what can continue a fill-in-the-middle text or end it, of the 1000 likeliest. The model must outlive the
// sampler.
PAN_API int32_t pan_sampler_infill(const struct llama_model * model, struct llama_sampler ** out);

// These select:
PAN_API int32_t pan_sampler_greedy(struct llama_sampler ** out);
PAN_API int32_t pan_sampler_draw(uint32_t seed, struct llama_sampler ** out);
PAN_API int32_t pan_sampler_mirostat(int32_t n_vocab, uint32_t seed, float tau, float eta, int32_t m,
                                     struct llama_sampler ** out);
PAN_API int32_t pan_sampler_mirostat_v2(uint32_t seed, float tau, float eta, struct llama_sampler ** out);
PAN_API int32_t pan_sampler_adaptive_p(float target, float decay, uint32_t seed, struct llama_sampler ** out);

PAN_API int32_t pan_sampler_free(struct llama_sampler * sampler);

// ---- grammar.cpp: constrained text -----------------------------------------------------------------------------------

// A GBNF grammar, at most 256 KiB and 500 levels of nesting, without left recursion; `root` names its first rule.
// PAN_E_ARG with the reason and the place when it cannot be used. The model must outlive the sampler. It forbids every
// token that cannot continue the text; when the text is complete it allows the tokens that end one. Sampling gives
// PAN_E_EXCEPTION when so ambiguous a grammar has more than 5000 ways to go on.
PAN_API int32_t pan_sampler_grammar(const struct llama_model * model, const char * gbnf, int32_t n_bytes,
                                    const char * root, int32_t root_bytes, struct llama_sampler ** out);

// The same for a grammar that begins to act when a trigger appears in the accepted text; until then every token is allowed.
// triggers: a JSON array of {"type", "value"}, as pan_template_apply gives it. Types: "word"; "pattern", a regular
// expression (ECMAScript), which is looked for in the last 512 bytes only (^ is the beginning of all of the text);
// "pattern_full", one that all of the text matches, if it has no more than 512 bytes; "token" with its id as "token". The
// grammar reads the text from the trigger on (of a pattern: from its first group that matched, if there is one), with the
// rest of the token in which it appears. Text that does not fit from there on was no trigger.
PAN_API int32_t pan_sampler_grammar_lazy(const struct llama_model * model, const char * gbnf, int32_t n_bytes,
                                         const char * root, int32_t root_bytes, const char * triggers,
                                         int32_t triggers_bytes, struct llama_sampler ** out);

// The same for a grammar that has read text before the first token: pan_template_apply's "grammar_begun". PAN_E_ARG when
// that does not fit it.
PAN_API int32_t pan_sampler_grammar_begun(const struct llama_model * model, const char * gbnf, int32_t n_bytes,
                                          const char * root, int32_t root_bytes, const char * begun,
                                          int32_t begun_bytes, struct llama_sampler ** out);

// The GBNF grammar (root rule "root") of the JSON that meets a JSON schema, by llama.cpp's own converter; at most
// 256 KiB and 64 levels. PAN_E_ARG when the schema is no JSON, cannot be met, or has patterns, references or types that
// the converter does not know. What else it does not know it passes over: bounds of fractional numbers, multipleOf,
// uniqueItems, other formats, not, if, patternProperties.
// Free *out with pan_free.
PAN_API int32_t pan_schema_to_gbnf(const char * schema, int32_t n_bytes, char ** out, int32_t * out_bytes);

// ---- sampling.cpp: choosing a token ----------------------------------------------------------------------------------

// A chain of n samplers in order; it owns them afterwards (also when this call fails). With `selects` the last one must
// be one that selects; without, none may.
PAN_API int32_t pan_chain_new(struct llama_sampler ** samplers, int32_t n, bool selects, struct llama_sampler ** out);

// Shows tokens to one sampler of a chain, or to all (index = -1): those that precede the generation (a penalty window
// that includes the prompt), or one that was chosen outside the chain. PAN_E_ARG at the first one that a grammar does
// not allow: those before it have been shown.
PAN_API int32_t pan_chain_accept(struct llama_sampler * chain, int32_t index, const int32_t * tokens, int32_t n);

// Choosing step by step, for chains between which the caller acts on the candidates itself. Each row begins with
// pan_candidates: one candidate per token of the vocabulary, in the order of ids, none selected. *out stays the context's
// and its `data` never moves. Until the next call on this context the caller may change logits and the order of the first
// `size` entries, make `size` smaller, clear `sorted` and set `selected`.
PAN_API int32_t pan_candidates(pan_context * context, int32_t row, struct llama_token_data_array ** out);

// Applies a chain to them. PAN_E_EXCEPTION when none is left.
PAN_API int32_t pan_candidates_apply(pan_context * context, struct llama_sampler * chain);

// The token that was selected among them; shows it to no chain. PAN_E_EXCEPTION when none is, or an impossible one.
PAN_API int32_t pan_candidates_selected(pan_context * context, int32_t * token);

// ---- rows.cpp: what is made of the rows of a decode, all of them at once ---------------------------------------------

typedef struct pan_row {
    int32_t row;                   // the index that its token had in the last pan_decode call, with outputs[row] set
    int32_t top_n;                 // how many alternatives are wanted, 0..the vocabulary's size; -1: no log-probabilities
    struct llama_sampler * chain;  // chooses the token and is shown it; each in one row only. NULL: `token` is given
    int32_t token;                 // in: the one that is asked for, -1 = none; out: the one that was chosen
    int32_t status;                // out: PAN_OK, or why there is no answer. PAN_E_EXCEPTION: the chain leaves no token
    float logprob;                 // out, of the token: of the row's own distribution, as pan_logprobs_of's
    int32_t rank;                  // out
    int32_t * ids;                 // top_n of them, likeliest first
    float * logprobs;              // top_n of them
    const char * error;            // out: what the status is about, if it is negative; until the next call on the context
} pan_row;

// Answers n rows, over the context's threads where there are several. The rows themselves are left as they are. Returns
// PAN_OK when it came to all of them, whatever their statuses.
PAN_API int32_t pan_rows_answer(pan_context * context, pan_row * rows, int32_t n);

#ifdef __cplusplus
}
#endif

#include "panallama_chat.h"
