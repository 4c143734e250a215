package io.github.panallama.engine;

import io.github.panallama.ffi.gen.panallama_h;

/// The functions that every completion calls, bound ahead: the JVM takes milliseconds to bind one at its first use.
final class Bindings {
    private Bindings() {}

    /// Binds them, in the order in which they are needed.
    static void bind() {
        panallama_h.pan_model_defaults$handle();
        panallama_h.pan_model_load$handle();
        panallama_h.pan_model_facts_get$handle();
        panallama_h.pan_model_text_get$handle();
        panallama_h.pan_context_defaults$handle();
        panallama_h.pan_context_new$handle();
        panallama_h.pan_context_sizes_get$handle();
        panallama_h.pan_tokenize$handle();
        panallama_h.pan_token_flags$handle();
        panallama_h.pan_seq_truncate$handle();
        panallama_h.pan_sampler_top_k$handle();
        panallama_h.pan_sampler_top_p$handle();
        panallama_h.pan_sampler_greedy$handle();
        panallama_h.pan_chain_new$handle();
        panallama_h.pan_decode$handle();
        panallama_h.pan_rows_answer$handle();
        panallama_h.pan_piece$handle();
        panallama_h.pan_context_free$handle();
    }
}
