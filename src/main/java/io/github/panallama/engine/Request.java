package io.github.panallama.engine;

import io.github.panallama.completion.CompletionOptions;
import java.util.Map;

/// A request as the scheduler gets it: everything that could be refused has been.
///
/// @param prompt its tokens, at least one
/// @param options as the caller gave them
/// @param seed of the draws, 32 bits
/// @param maxTokens the most tokens to generate, at least 1; prompt and these fit the context
/// @param stopTokens the stops that are one control token, by its id
@SuppressWarnings("ArrayRecordComponent") // a carrier inside the engine: never compared, the array is its own
record Request(int[] prompt, CompletionOptions options, long seed, int maxTokens, Map<Integer, String> stopTokens) {}
