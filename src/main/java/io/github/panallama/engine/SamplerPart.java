package io.github.panallama.engine;

import java.lang.foreign.MemorySegment;

/// One or more stages of a request that are called as one.
sealed interface SamplerPart extends AutoCloseable permits NativeChain, CustomStage {
    /// Acts on the candidates.
    ///
    /// @param context that holds them
    /// @param candidates the llama_token_data_array
    void apply(Context context, MemorySegment candidates);

    /// Learns which token was chosen.
    void accept(int chosen);

    @Override
    void close();
}
