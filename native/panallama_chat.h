// The part of panallama.h, which includes it and whose conventions it follows, that chats are about: templates, replies.
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

// ---- template.cpp: chats with tools and reasoning, by llama.cpp's common code ---------------------------------------

typedef struct pan_template pan_template;

// Parses a chat template; without one (n_bytes = 0) the model's own and, for requests with tools, its variant "tool_use".
// PAN_E_NULL when it has none. Each is at most 1 MiB and 200 levels deep. The model is only read during the call.
PAN_API int32_t pan_template_new(const struct llama_model * model, const char * source, int32_t n_bytes,
                                 pan_template ** out);
PAN_API int32_t pan_template_free(pan_template * chat);

// Renders a chat, on any thread with a big stack: the template's code recurses. In: JSON
//   {"messages": [{"role", "content", "reasoning_content", "tool_calls", "tool_call_id", "name"}…], "tools": […],
//    "tool_choice": "auto" | "required" | "none", "parallel_tool_calls": bool,  as OpenAI has them; text only; roles:
//                                                    system, developer, user, assistant, tool
//    "json_schema": a schema or its text, "grammar": GBNF,                      at most one; no grammar with tools
//    "add_generation_prompt": bool,                                             default true
//    "continue_final_message": bool | "content" | "reasoning_content",          the last message is the answer's beginning
//    "enable_thinking": bool,                                                   default true
//    "kwargs": {name: any JSON}}                                                the template's variables
// Out: JSON
//   {"parts": [{"text", "special"}…],  special = false for what must not be read as control tokens: text of a special
//                                      token that came, wholly or in part, from the request
//    "grammar": GBNF or "", "grammar_lazy": bool, "triggers": […],  for pan_sampler_grammar_lazy if grammar_lazy,
//    "grammar_begun": text,                                         for pan_sampler_grammar_begun if it is not ""
//    "preserved_tokens": […],  the texts of control tokens that must not be left out of the answer's text
//    "stops": […], "thinking": bool, "thinking_start": text, "thinking_ends": […],
//    "parser": {…}}            for pan_reply_new
// The parts together are the prompt of llama.cpp's server, without the BOS that it leaves to the tokenizer where the model
// wants one: pan_tokenize_parts adds it. Where a special token's text in the request changes what the template does with
// it (it counts or compares characters), the prompt is that of a request with other characters in its place.
// PAN_E_ARG: the request is wrong. PAN_E_EXCEPTION: the template refused it, with its own words. Free *out with pan_free.
PAN_API int32_t pan_template_apply(const pan_template * chat, const char * request, int32_t n_bytes, char ** out,
                                   int32_t * out_bytes);

// ---- reply.cpp: what the model answered ------------------------------------------------------------------------------

typedef struct pan_reply pan_reply;

// parser: pan_template_apply's "parser", as JSON.
PAN_API int32_t pan_reply_new(const char * parser, int32_t n_bytes, pan_reply ** out);
PAN_API int32_t pan_reply_free(pan_reply * reply);

// Reads what the model has written since the prompt, all of it with each call; `partial`: more is to come. On any thread
// with a big stack: the parser recurses. Out: JSON {"content", "reasoning_content", "tool_calls": [{"name", "arguments",
// "id"}…]}, arguments as JSON text, id "" where the format has none. Text that does not have the expected format, or
// whose brackets nest deeper than 100 where JSON is expected, is all content. The beginning that the prompt gave the
// answer is left out. Free *out with pan_free.
PAN_API int32_t pan_reply_parse(const pan_reply * reply, const char * text, int32_t n_bytes, bool partial, char ** out,
                                int32_t * out_bytes);

#ifdef __cplusplus
}
#endif
